using System.Globalization;
using System.Text;
using System.Text.Json;
using IdentityHub.Storage.SecondFactors;

namespace IdentityHub.Cli.Import.Keycloak;

/// <summary>
/// An authenticator app of Keycloak. A realm chooses algorithm, digits and period; here an app has those that all apps know: SHA-1, six
/// digits, thirty seconds (RFC 6238 §1.2).
/// </summary>
internal static class KeycloakOtp
{
    private const int Digits = 6;
    private const int PeriodSeconds = 30;

    /// <summary>Reads a credential of the type <c>otp</c>.</summary>
    /// <returns>The secret in base32, or why it was left out, for the report.</returns>
    public static (string? Secret, string? Fault) Read(SourceObject credential, ImportReport report)
    {
        var (data, secret) = (JsonOf(credential, "credentialData", report), JsonOf(credential, "secretData", report));
        var (kind, algorithm) = (data.Text("subType"), data.Text("algorithm"));
        if (kind is "hotp")
            return (null, $"The app counts its codes (RFC 4226), and is none of the kind that works here. {UserFactors.LostAdvice}");
        if (secret.Text("value") is not { } value || kind is not "totp")
            return (null, $"The export holds no secret, or does not say that codes come from the time. {UserFactors.LostAdvice}");
        if (data.Number("digits") != Digits || data.Number("period") != PeriodSeconds || algorithm is not "HmacSHA1")
            return (
                null,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The app has {data.Number("digits")} digits, {data.Number("period")} seconds and {algorithm}; here it has {Digits} ")
                + $"digits, {PeriodSeconds} seconds and HmacSHA1. {UserFactors.LostAdvice}");

        // The secret is the text itself, unless the export says that it is base32.
        var bytes = data.Text("secretEncoding") == "BASE32" ? Base32.Read(value) : Encoding.UTF8.GetBytes(value);
        return UserFactors.IsSecret(bytes)
            ? (Base32.Write(bytes!), null)
            : (null, $"The secret is no base32, or too short or too long. {UserFactors.LostAdvice}");
    }

    // An export holds these objects as texts.
    private static SourceObject JsonOf(SourceObject credential, string key, ImportReport report)
    {
        var json = credential.Find(key) ?? default;
        try
        {
            json = json.ValueKind == JsonValueKind.String ? JsonElement.Parse(json.GetString()!) : json;
        }
        catch (JsonException)
        {
            json = default;
        }

        return new SourceObject(credential.Label, json, report);
    }
}
