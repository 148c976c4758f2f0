using System.ComponentModel;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>An API that accepts tokens: the <c>aud</c> of a token that has one of its scopes. RFC 8707.</summary>
[Description("An API that accepts tokens.")]
public sealed record ApiResourceDefinition : ConfigDefinition
{
    [Description("The audience, and the client_id with which the API asks the introspection endpoint.")]
    [Matches(@"^[\x21-\x7E]{1,200}$", "1 to 200 visible ASCII characters")]
    public required string Name { get; init; }

    [Description("What users and administrators see.")]
    public string? DisplayName { get; init; }

    [Description("False refuses introspection and names the audience in no token.")]
    public bool Enabled { get; set; } = true;

    [Description("Scopes that the API understands.")]
    public IReadOnlyList<string> Scopes { get; set; } = [];

    [Description("Claims of the user that access tokens for this API carry, whatever their scopes.")]
    public IReadOnlyList<string> Claims { get; set; } = [];

    [Description(
        "The lowest acr of a login that the API accepts. Userinfo answers a token for the API from a lower login with "
            + "insufficient_user_authentication. A resource with the name of the issuer stands for userinfo alone. RFC 9470.")]
    [OneOf(typeof(ContextClasses))]
    public string? RequiredAcr { get; init; }

    [Description("How old a login may be that the API accepts; the same answer. RFC 9470.")]
    [DurationRange("1s", "365d")]
    public TimeSpan? RequiredMaxAge { get; init; }

    [Description("For introspection. RFC 7662 §2.1.")]
    public IReadOnlyList<SecretDigest> ClientSecrets { get; set; } = [];
}
