using System.ComponentModel;

namespace IdentityHub.ConfigAsCode;

/// <summary>What one client may exchange. RFC 8693 §1.1 leaves the policy to the server.</summary>
[Description("What the client may exchange for an access token of its own. RFC 8693.")]
public sealed record TokenExchangeDefinition
{
    [Description("The kinds of subject token that it may present: access_token, lsid.")]
    [OneOf(typeof(SubjectTokens))]
    public IReadOnlyList<string> SubjectTokens { get; set; } = [ConfigAsCode.SubjectTokens.AccessToken];

    [Description("Clients whose access tokens it may present as subject or actor, in addition to its own.")]
    public IReadOnlyList<string> Clients { get; set; } = [];

    [Description("True: it may name an actor, who then acts for the subject (claim act).")]
    public bool Delegation { get; init; }
}

/// <summary>Kinds of subject token.</summary>
public static class SubjectTokens
{
    /// <summary>An access token of this server. RFC 8693 §3.</summary>
    public const string AccessToken = "access_token";

    /// <summary>A login session id; contracts/lsid-sessions.md.</summary>
    public const string Lsid = "lsid";

    public static IReadOnlyList<string> All { get; } = [AccessToken, Lsid];
}
