using System.ComponentModel;

namespace IdentityHub.Protocol.Vocabulary;

/// <summary>
/// Every reason for which a session, or a refresh token and all that was issued with it, ends before its time: stable codes, stored with
/// the row, and in the audit trail. <c>docs/reasons.md</c> is made of this list.
/// </summary>
public static class SessionEndReasons
{
    // Logouts. What was granted with offline_access continues.
    [Description("The user has signed out, on the hub's page or at a client.")] public const string Logout = "logout";
    [Description("Another user has signed in with the same browser.")] public const string Replaced = "replaced";

    // Any other end of sessions. All that was granted in them ends.
    [Description("The user's address was proven for the first time: what was there before may be another person's.")]
    public const string AddressProven = "address_proven";
    [Description("The user has undone the change of an address, with the link that was sent to the old one.")]
    public const string AddressUndone = "address_undone";
    [Description("The database was restored from a backup: what was revoked after the backup is not known any more, so everything ended.")]
    public const string DatabaseRestored = "database_restored";
    [Description("An administrator has ended the session with the command line.")]
    public const string EndedByAdministrator = "ended_by_administrator";
    [Description("A client of the login-session dialect has ended the session, or all sessions of the user.")]
    public const string EndedByLsid = "ended_by_lsid";
    [Description("The user has ended the session from another one, or has signed out everywhere.")]
    public const string EndedByUser = "ended_by_user";
    [Description("The user's password was changed, by the user, a client, an administrator, the configuration, or the command line.")]
    public const string PasswordChanged = "password_changed";
    [Description("The user's password was set with the token of a reset mail.")] public const string PasswordReset = "password_reset";
    [Description("The user's tenant was disabled or removed in the configuration.")]
    public const string TenantDisabled = "tenant_disabled";
    [Description("An administrator has disabled the user.")] public const string UserDisabled = "user_disabled";
    [Description("The user's account was erased.")] public const string UserErased = "user_erased";

    // Refresh tokens only. The session goes on.
    [Description("The authorization code was presented again.")] public const string CodeReplayed = "code_replayed";
    [Description("The user has withdrawn the consent to the client.")] public const string ConsentWithdrawn = "consent_withdrawn";
    [Description("A used refresh token was presented after its grace window.")] public const string ReuseDetected = "reuse_detected";
    [Description("An administrator has revoked the token, or all tokens of the client or the user, with the command line.")]
    public const string RevokedByAdministrator = "revoked_by_administrator";
    [Description("The client has revoked the refresh token.")] public const string RevokedByClient = "revoked_by_client";

    /// <summary>True for a logout.</summary>
    public static bool IsLogout(string reason) => reason is Logout or Replaced;
}
