namespace IdentityHub.Server.Admin.Users;

/// <summary>
/// Types of the audit rows of changes of users. <c>hub db restored --changes</c> reads those after which less is admitted than before.
/// </summary>
internal static class AdminAuditTypes
{
    public const string UserCreated = "admin.user.created";
    public const string UserInvited = "admin.user.invited";
    public const string UserChanged = "admin.user.changed";
    public const string UserDisabled = "admin.user.disabled";
    public const string UserEnabled = "admin.user.enabled";

    /// <summary>A change that gives the user another e-mail address or phone number.</summary>
    public const string AddressChanged = "admin.user.address_changed";

    public const string UserBlocked = "admin.user.blocked";
    public const string UserUnblocked = "admin.user.unblocked";
    public const string RoleGiven = "admin.user.role_given";
    public const string RoleTaken = "admin.user.role_taken";
    public const string SessionEnded = "admin.user.session_ended";
    public const string SessionsEnded = "admin.user.sessions_ended";
    public const string ConsentWithdrawn = "admin.user.consent_withdrawn";
    public const string FactorRemoved = "admin.user.factor_removed";
    public const string FactorsRemoved = "admin.user.factors_removed";
}
