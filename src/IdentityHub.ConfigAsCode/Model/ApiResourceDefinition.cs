using System.ComponentModel;

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
    public bool Enabled { get; init; } = true;

    [Description("Scopes that the API understands.")]
    public IReadOnlyList<string> Scopes { get; init; } = [];

    [Description("Claims of the user that access tokens for this API carry, whatever their scopes.")]
    public IReadOnlyList<string> Claims { get; init; } = [];

    [Description("For introspection. RFC 7662 §2.1.")]
    public IReadOnlyList<SecretDigest> ClientSecrets { get; init; } = [];
}
