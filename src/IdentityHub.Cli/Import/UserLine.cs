using System.Text.Json.Nodes;
using IdentityHub.Cli.Users.Import;

namespace IdentityHub.Cli.Import;

/// <summary>A user as a line for <c>hub users import</c>, in the names of its columns.</summary>
internal sealed record UserLine
{
    /// <summary>A UUID; null where the source has another kind of id.</summary>
    public string? Id { get; init; }

    public required string UserName { get; init; }

    public string? Email { get; init; }

    public bool? EmailVerified { get; init; }

    /// <summary>E.164.</summary>
    public string? PhoneNumber { get; init; }

    public bool? PhoneNumberVerified { get; init; }

    public string? GivenName { get; init; }

    public string? FamilyName { get; init; }

    public string? Locale { get; init; }

    /// <summary>As the source has it: a text, or the object of a Keycloak credential.</summary>
    public JsonNode? PasswordHash { get; init; }

    public bool? Disabled { get; init; }

    /// <summary>Of the authenticator app, in base32; null for none.</summary>
    public string? TotpSecret { get; init; }

    /// <summary>Recovery codes that were not used yet; null for none.</summary>
    public IReadOnlyList<string>? RecoveryCodes { get; init; }

    /// <summary>Values by the types of claims; null for none.</summary>
    public IReadOnlyDictionary<string, string[]>? Claims { get; init; }

    /// <summary>Logins at other providers; null for none.</summary>
    public IReadOnlyList<ExternalLogin>? ExternalLogins { get; init; }

    /// <summary>Shows the name, never a secret.</summary>
    public override string ToString() => $"{nameof(UserLine)} {{ {UserName} }}";
}
