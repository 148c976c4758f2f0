using System.Text.Json.Nodes;
using IdentityHub.Protocol;

namespace IdentityHub.ConfigAsCode;

/// <summary>A UUID. RFC 9562 §4.</summary>
internal sealed class UuidShape : TextShape
{
    public override string Noun => "a UUID such as 11111111-1111-4111-8111-111111111111";

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new() { ["type"] = "string", ["format"] = "uuid" };

    protected override object? ReadText(ScalarNode scalar, ReadContext context) =>
        Guid.TryParseExact(scalar.Text, "D", out var id) && id != Guid.Empty ? id : context.Refuse(scalar, $"must be {Noun}");
}

/// <summary>Scope names in one string, separated by blanks. RFC 6749 §3.3.</summary>
internal sealed class ScopeShape : TextShape
{
    public override string Noun => "scope names separated by blanks, in one string";

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new() { ["type"] = "string" };

    protected override object? ReadText(ScalarNode scalar, ReadContext context) =>
        ScopeSet.Parse(scalar.Text) ?? context.Refuse(
            scalar,
            $"must be {Noun}; at most {ScopeSet.MaxCount}, each of at most {ScopeSet.MaxNameLength} visible ASCII characters");
}
