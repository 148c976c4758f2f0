using System.Text.Json.Nodes;

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

    /// <summary>Shows the name, never the hash.</summary>
    public override string ToString() => $"{nameof(UserLine)} {{ {UserName} }}";
}
