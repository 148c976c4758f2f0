using System.Globalization;
using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>A duration in the notation of <see cref="Duration"/>.</summary>
internal sealed class DurationShape(DurationRangeAttribute range) : TextShape
{
    public override string Noun => "a duration such as 90s, 15m, 1h or 30d";

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = "string",
        ["pattern"] = Duration.Pattern,
        ["examples"] = new JsonArray(Duration.Format(range.Least), Duration.Format(range.Most)),
    };

    public override JsonNode? ToJson(object value) => Duration.Format((TimeSpan)value);

    protected override object? ReadText(ScalarNode scalar, ReadContext context)
    {
        if (Duration.Parse(scalar.Text) is not { } duration)
            return context.Refuse(scalar, $"must be {Noun}");
        if (duration > range.Most)
            return context.Refuse(scalar, $"is over its limit; at most {Duration.Format(range.Most)}");
        if (duration < range.Least)
            return context.Refuse(scalar, $"is too short; at least {Duration.Format(range.Least)}");
        return duration;
    }
}

/// <summary>A moment. RFC 3339 §5.6.</summary>
internal sealed class TimestampShape : TextShape
{
    private static readonly string[] s_formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public override string Noun => "a time such as 2027-11-01T00:00:00Z";

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new() { ["type"] = "string", ["format"] = "date-time" };

    protected override object? ReadText(ScalarNode scalar, ReadContext context)
    {
        // A time without a zone would mean another moment on another node.
        var zoned = scalar.Text.EndsWith('Z') || (scalar.Text.Length > 6 && scalar.Text[^6] is '+' or '-' && scalar.Text[^3] == ':');
        return
            zoned && DateTimeOffset.TryParseExact(scalar.Text, s_formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time.ToUniversalTime()
            : context.Refuse(scalar, $"must be {Noun}, with its zone");
    }
}

/// <summary>A day. RFC 3339 §5.6 <c>full-date</c>.</summary>
internal sealed class DateShape : TextShape
{
    public override string Noun => "a day such as 2027-12-31";

    public override JsonObject ToSchema(SchemaDefinitions definitions) => new() { ["type"] = "string", ["format"] = "date" };

    protected override object? ReadText(ScalarNode scalar, ReadContext context) =>
        DateOnly.TryParseExact(scalar.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : context.Refuse(scalar, $"must be {Noun}");
}
