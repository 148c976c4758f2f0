namespace IdentityHub.Storage.Sessions;

/// <summary>Why a session was ended by an ordinary logout. Any other reason ends everything that was granted in it.</summary>
public static class SessionEndReasons
{
    /// <summary>The user has signed out, on the hub's page or at a client.</summary>
    public const string Logout = "logout";

    /// <summary>Somebody else has signed in with the same browser.</summary>
    public const string Replaced = "replaced";

    /// <summary>
    /// SQL: session <c>s</c> was ended by a logout, and family <c>f</c> was granted <c>offline_access</c>, which goes on then. OpenID Connect
    /// Back-Channel Logout §2.7. Whether the client wants that too is for its configuration to say.
    /// </summary>
    internal const string OutlivesSql =
        $"""
        (s.ended_at IS NOT NULL AND COALESCE(s.end_reason, '') IN ('{Logout}', '{Replaced}')
         AND REPLACE(' ' || f.scopes || ' ', ' offline_access ', '') <> ' ' || f.scopes || ' ')
        """;

    /// <summary>True for a logout.</summary>
    public static bool IsLogout(string reason) => reason is Logout or Replaced;
}
