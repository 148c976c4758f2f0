using System.Text.Json.Nodes;
using IdentityHub.Protocol;

namespace IdentityHub.ConfigAsCode;

/// <summary>A secret of which only the SHA-256 is kept.</summary>
internal sealed class DigestShape : TextShape
{
    public override string Noun => "the source of a secret (env:NAME, file:PATH, sha256:BASE64 or plain:VALUE)";

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = "string",
        ["pattern"] = "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|sha256:[A-Za-z0-9+/]{43}=|plain:.+)$",
    };

    protected override object? ReadText(ScalarNode scalar, ReadContext context) =>
        scalar.Text.StartsWith(SecretSource.Sha256, StringComparison.Ordinal)
            ? SecretSource.ReadDigest(scalar, context)
            : SecretSource.Resolve(scalar, context) is { } clear ? TokenHash.Of(clear) : null;
}

/// <summary>A secret that is needed in clear.</summary>
internal sealed class ClearSecretShape : TextShape
{
    public override string Noun => "the source of a secret (env:NAME, file:PATH or plain:VALUE)";

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = "string",
        ["pattern"] = "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|plain:.+)$",
    };

    protected override object? ReadText(ScalarNode scalar, ReadContext context) =>
        scalar.Text.StartsWith(SecretSource.Sha256, StringComparison.Ordinal)
            ? context.Refuse(scalar, "is a digest; this secret is needed itself: env:NAME or file:PATH")
            : SecretSource.Resolve(scalar, context) is { } clear ? new ClearSecret(clear) : null;
}
