using IdentityHub.Cli.Users;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Import.Auth0;

/// <summary>
/// The second factors of a user, <c>mfa_factors</c> of Auth0's bulk user schema: authenticator apps, and phone numbers and e-mail addresses
/// that codes are sent to.
/// </summary>
/// <param name="TotpSecret">Of the first authenticator app, in base32; null for none.</param>
/// <param name="Phones">E.164.</param>
/// <param name="Emails">Normalized.</param>
/// <param name="Lost">What cannot be brought along: its key and why.</param>
internal sealed record Auth0Factors(
    string? TotpSecret, IReadOnlyList<string> Phones, IReadOnlyList<string> Emails, IReadOnlyList<(string Key, string Advice)> Lost)
{
    private const string Section = "mfa_factors";

    private const string OneApp = "A user has one authenticator app here. This one was left out.";

    private const string NoApp = "It is no secret of an authenticator app, or too short or too long. " + UserFactors.LostAdvice;

    private const string Address =
        "Codes to a phone number or an e-mail address are no second factor here, so that the password alone is enough: the user must set "
            + "up an authenticator app or a passkey.";

    /// <param name="phoneRegion">Of national phone numbers; null: they are none.</param>
    public static Auth0Factors Read(IEnumerable<SourceObject> parts, string? phoneRegion)
    {
        string? secret = null;
        var (phones, emails, lost) = (new List<string>(), new List<string>(), new List<(string, string)>());
        foreach (var factor in parts.SelectMany(part => part.Objects(Section)))
        {
            foreach (var kind in factor.Keys)
            {
                var value = factor.Inner(kind);
                switch (kind)
                {
                    case "totp" when secret is not null:
                        lost.Add((kind, OneApp));
                        break;
                    case "totp" when value.Text("secret") is { } typed && UserFactors.IsSecret(Base32.Read(typed)):
                        secret = typed;
                        break;
                    case "totp":
                        lost.Add((kind, NoApp));
                        break;
                    case "phone" when PhoneNumber.Normalize(TypedPhoneNumber.Read(value.Text("value"), phoneRegion)) is { } phone:
                        phones.Add(phone);
                        break;
                    case "email" when value.Text("value") is { } email:
                        emails.Add(NameNormalizer.Normalize(email));
                        break;
                    default:
                        lost.Add((kind, UserFactors.LostAdvice));
                        break;
                }
            }
        }

        return new(secret, phones, emails, lost);
    }

    /// <summary>Reports what was left out, and what is another thing here.</summary>
    /// <param name="phone">The number that the user has here; null for none.</param>
    /// <param name="email">The address that the user has here, normalized; null for none.</param>
    public void Report(string label, string? phone, string? email, ImportReport report)
    {
        foreach (var (key, advice) in Lost)
            report.Add(label, $"{Section} {key}", "***", advice);
        foreach (var other in Phones.Where(number => number != phone))
            report.Add(label, $"{Section} phone", other, "It is another number than that of the user. It was left out.");
        foreach (var other in Emails.Where(address => address != email))
            report.Add(label, $"{Section} email", other, "It is another address than that of the user. It was left out.");
        if (TotpSecret is null && Phones.Count + Emails.Count > 0)
            report.Add(label, Section, null, Address);
    }

    /// <summary>Shows no secret.</summary>
    public override string ToString() => nameof(Auth0Factors);
}
