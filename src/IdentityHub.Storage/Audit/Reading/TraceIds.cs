namespace IdentityHub.Storage.Audit.Reading;

/// <summary>
/// Trace ids as callers have them: 32 hexadecimal digits (<c>trace_id</c>, the error page), with hyphens (the client accounts' errors), or
/// inside a whole <c>traceparent</c> header.
/// </summary>
public static class TraceIds
{
    /// <summary>What a trace id looks like, as the middle of a sentence.</summary>
    public const string Form = "32 hexadecimal digits, as an error answer has them in 'trace_id' and an error page shows them";

    /// <summary>The id; null for what is none.</summary>
    public static Guid? Parse(string text)
    {
        var trimmed = text.Trim();

        // W3C Trace Context §3.2.2: version, trace id, parent id, flags.
        if (trimmed.Split('-') is [{ Length: 2 }, { Length: 32 } inside, { Length: 16 }, { Length: 2 }])
            trimmed = inside;
        return (Guid.TryParseExact(trimmed, "N", out var id) || Guid.TryParseExact(trimmed, "D", out id)) && id != Guid.Empty ? id : null;
    }

    /// <summary>As it is shown.</summary>
    public static string Format(Guid traceId) => traceId.ToString("N");
}
