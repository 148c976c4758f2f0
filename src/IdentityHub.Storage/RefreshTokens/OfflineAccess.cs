using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Storage.RefreshTokens;

/// <summary>What was granted with <c>offline_access</c> continues after a logout. OpenID Connect Back-Channel Logout §2.7.</summary>
internal static class OfflineAccess
{
    /// <summary>
    /// SQL: session <c>s</c> was ended by a logout, and family <c>f</c> was granted <c>offline_access</c>. Whether its client wants it to
    /// end all the same is decided by the client's configuration.
    /// </summary>
    public const string OutlivesLogoutSql =
        $"""
        (s.ended_at IS NOT NULL AND COALESCE(s.end_reason, '') IN ('{SessionEndReasons.Logout}', '{SessionEndReasons.Replaced}')
         AND REPLACE(' ' || f.scopes || ' ', ' offline_access ', '') <> ' ' || f.scopes || ' ')
        """;
}
