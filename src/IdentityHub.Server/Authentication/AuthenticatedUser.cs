using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Authentication;

/// <summary>
/// A user who has just proven who they are, by one factor. It starts no session: <see cref="LoginPolicy"/> decides about that. Only factors
/// make one, which <c>LoginPathTests</c> checks.
/// </summary>
internal sealed class AuthenticatedUser
{
    private AuthenticatedUser(
        Guid userId, string? organizationId, string securityStamp, AccountStatus status, string methods, DateTimeOffset authenticatedAt)
    {
        (UserId, OrganizationId, SecurityStamp) = (userId, organizationId, securityStamp);
        (Status, Methods, AuthenticatedAt) = (status, methods, authenticatedAt);
    }

    public Guid UserId { get; }

    /// <summary>In which organization the session acts; null for none.</summary>
    public string? OrganizationId { get; }

    /// <summary>The user's, as it was when the proof was checked: nothing starts when it has changed since.</summary>
    public string SecurityStamp { get; }

    public AccountStatus Status { get; }

    /// <summary><c>amr</c> values (RFC 8176) separated by one space.</summary>
    public string Methods { get; }

    /// <summary><c>acr</c>.</summary>
    public string ContextClass => AuthenticationContext.Of(Methods);

    /// <summary><c>auth_time</c>.</summary>
    public DateTimeOffset AuthenticatedAt { get; }

    /// <summary>True when the user has a second factor, which <see cref="Methods"/> may name or not.</summary>
    public bool HasSecondFactor { get; private init; }

    /// <summary>
    /// True when the browser stands for the second factor, which was not proven now: <see cref="Methods"/> does not name it.
    /// </summary>
    public bool IsRemembered { get; private init; }

    /// <summary>True for a program that has logged in with a password of its own: it has no second factor to prove.</summary>
    public bool IsProgram { get; private init; }

    /// <summary>For factors: whose proof was right.</summary>
    /// <param name="methods"><c>amr</c> values (RFC 8176) separated by one space.</param>
    public static AuthenticatedUser ByFactor(
        StoredCredential user, string methods, DateTimeOffset authenticatedAt, bool isProgram = false) =>
        new(user.UserId, user.OrganizationId, user.SecurityStamp, user.Status, methods, authenticatedAt)
        {
            HasSecondFactor = user.HasSecondFactor,
            IsProgram = isProgram,
        };

    /// <summary>The same for a factor that has read no credential, or of a user who has no second factor.</summary>
    public static AuthenticatedUser ByFactor(
        Guid userId, string? organizationId, string securityStamp, AccountStatus status, string methods, DateTimeOffset authenticatedAt) =>
        new(userId, organizationId, securityStamp, status, methods, authenticatedAt);

    /// <summary>The same user, proven by several factors together; <c>LoginPathTests</c> lists who may say so.</summary>
    /// <param name="methods"><c>amr</c> values (RFC 8176) separated by one space.</param>
    public AuthenticatedUser WithFactors(string methods) => new(UserId, OrganizationId, SecurityStamp, Status, methods, AuthenticatedAt)
    {
        HasSecondFactor = HasSecondFactor,
    };

    /// <summary>The same user in a browser that stands for their second factor; <c>LoginPathTests</c> lists who may say so.</summary>
    public AuthenticatedUser InRememberedBrowser() => new(UserId, OrganizationId, SecurityStamp, Status, Methods, AuthenticatedAt)
    {
        HasSecondFactor = HasSecondFactor,
        IsRemembered = true,
    };

    public override string ToString() => $"{nameof(AuthenticatedUser)} {{ UserId = {UserId} }}";
}
