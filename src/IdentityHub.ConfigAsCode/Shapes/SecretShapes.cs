using System.Text.Json.Nodes;
using IdentityHub.Protocol;

namespace IdentityHub.ConfigAsCode;

/// <summary>A secret of which only the digest is kept.</summary>
/// <param name="takesSha512">True where a SHA-512 is compared too; a secret itself is kept as its SHA-256.</param>
internal sealed class DigestShape(bool takesSha512) : TextShape
{
    private const string Sha256Pattern = "sha256:([A-Za-z0-9+/]{43}=|[0-9A-Fa-f]{64})";
    private const string Sha512Pattern = "sha512:([A-Za-z0-9+/]{86}==|[0-9A-Fa-f]{128})";

    public override string Noun =>
        $"the source of a secret (env:NAME, file:PATH, sha256:BASE64{(takesSha512 ? ", sha512:BASE64" : "")} or plain:VALUE)";

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = "string",
        ["pattern"] = $"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|{Sha256Pattern}{(takesSha512 ? $"|{Sha512Pattern}" : "")}|plain:.+)$",
    };

    protected override object? ReadText(ScalarNode scalar, ReadContext context) =>
        context.Sent is { } sent && SentSecrets.IsStored(scalar.Text) ? sent.DigestOf(scalar, context)
        : DigestNotation.IsDigest(scalar.Text) ? SecretSource.ReadDigest(scalar, context, takesSha512)
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
        context.Sent is { } sent && SentSecrets.IsStored(scalar.Text) ? sent.ClearOf(scalar, context)
        : DigestNotation.IsDigest(scalar.Text)
            ? context.Refuse(
                scalar, $"is a digest; this secret is needed itself: {(context.Sent is null ? "env:NAME or file:PATH" : "plain:VALUE")}")
        : SecretSource.Resolve(scalar, context) is { } clear ? new ClearSecret(clear) : null;
}
