namespace IdentityHub.Protocol;

/// <summary>
/// What an authorization answer may hold. RFC 6749 §3.1.1; the implicit and hybrid types, which hand tokens to the browser's address bar,
/// are not among them (RFC 9700 §2.1.2).
/// </summary>
public static class ResponseTypes
{
    /// <summary>A code.</summary>
    public const string Code = "code";

    /// <summary>All, in the order in which discovery lists them.</summary>
    public static IReadOnlyList<string> All { get; } = [Code];

    /// <summary>
    /// Where the answer to a request that names no mode belongs, supported or not: a type that asks for a token has the fragment as its
    /// default. OAuth 2.0 Multiple Response Type Encoding Practices §2.1, §5.
    /// </summary>
    public static string DefaultModeOf(string? responseType) =>
        (responseType ?? "").Split(' ').Any(part => part is "token" or "id_token") ? ResponseModes.Fragment : ResponseModes.Query;
}
