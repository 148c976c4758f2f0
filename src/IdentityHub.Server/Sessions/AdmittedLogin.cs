namespace IdentityHub.Server.Sessions;

/// <summary>
/// A login that the policy has let through: what every new session starts with. Only <c>LoginPolicy</c> makes one, which
/// <c>LoginPathTests</c> checks.
/// </summary>
internal sealed class AdmittedLogin
{
    private AdmittedLogin(
        Guid userId, string? organizationId, string securityStamp, string methods, DateTimeOffset authenticatedAt, bool isRemembered)
    {
        (UserId, OrganizationId, SecurityStamp) = (userId, organizationId, securityStamp);
        (Methods, AuthenticatedAt, IsRemembered) = (methods, authenticatedAt, isRemembered);
    }

    public Guid UserId { get; }

    /// <summary>In which organization the session acts; null for none.</summary>
    public string? OrganizationId { get; }

    /// <summary>The user's, as it was when the proof was checked: no session starts when it has changed since.</summary>
    public string SecurityStamp { get; }

    /// <summary><c>amr</c> values (RFC 8176) separated by one space.</summary>
    public string Methods { get; }

    /// <summary><c>auth_time</c>.</summary>
    public DateTimeOffset AuthenticatedAt { get; }

    /// <summary>True when the browser stands for the second factor, which <see cref="Methods"/> does not name.</summary>
    public bool IsRemembered { get; }

    /// <summary>For the policy only.</summary>
    public static AdmittedLogin ByPolicy(
        Guid userId, string? organizationId, string securityStamp, string methods, DateTimeOffset authenticatedAt,
        bool isRemembered) =>
        new(userId, organizationId, securityStamp, methods, authenticatedAt, isRemembered);

    public override string ToString() => $"{nameof(AdmittedLogin)} {{ UserId = {UserId} }}";
}
