using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>A string, perhaps of a pattern or a length.</summary>
internal sealed class StringShape(MatchesAttribute? matches, LengthAttribute? length) : TextShape
{
    /// <summary>Longest string where the definition does not say: what a field of any request may hold.</summary>
    private const int MaxLength = 8192;

    public override string Noun => "a string";

    private int Least => length?.Least ?? 0;

    private int Most => length?.Most ?? MaxLength;

    public override JsonObject ToSchema(SchemaDefinitions definitions)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (length is not null)
            (schema["minLength"], schema["maxLength"]) = (Least, Most);
        if (matches is not null)
            schema["pattern"] = matches.Pattern;
        return schema;
    }

    protected override object? ReadText(ScalarNode scalar, ReadContext context)
    {
        var text = scalar.Text;
        if (text.Length < Least || text.Length > Most)
            return context.Refuse(scalar, $"has {text.Length} characters; {Least} to {Most} are allowed");
        if (matches?.Regex.IsMatch(text) == false)
            return context.Refuse(scalar, $"must be {matches.Words}");
        if (text.AsSpan().ContainsAnyInRange('\0', '\x1F'))
            return context.Refuse(scalar, "holds a control character");
        return text;
    }
}
