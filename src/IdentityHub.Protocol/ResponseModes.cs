namespace IdentityHub.Protocol;

/// <summary>How an authorization answer travels. OAuth 2.0 Multiple Response Type Encoding Practices §2.1.</summary>
public static class ResponseModes
{
    /// <summary>In the query of the redirect URI; what a request that names no mode gets.</summary>
    public const string Query = "query";

    /// <summary>In its fragment, which the browser keeps to itself.</summary>
    public const string Fragment = "fragment";

    /// <summary>In a form that posts itself. OAuth 2.0 Form Post Response Mode.</summary>
    public const string FormPost = "form_post";

    /// <summary>All, in the order in which discovery lists them.</summary>
    public static IReadOnlyList<string> All { get; } = [Query, Fragment, FormPost];
}
