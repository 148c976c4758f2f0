using IdentityHub.Server.Rights;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions;

/// <summary>The caller: a user in a login session, or an integrated system with its API key.</summary>
/// <param name="Session">Null for an API key.</param>
/// <param name="Key">Rights of the API key; null for a session.</param>
internal sealed record SessionCaller(StoredLoginSession? Session, HeldRights? Key)
{
    /// <summary>The user who has logged in; null for an API key.</summary>
    public Guid? UserId => Session?.UserId;
}

/// <summary>
/// What callers may do to the sessions and accounts of others: nothing to a user with more rights (<see cref="HeldRights.MayRule"/>).
/// Acting as another, one has the rights of that other, which are no more than one's own.
/// </summary>
internal sealed class CallerRights(RightsStore store)
{
    /// <summary>True when the caller has the permission at all.</summary>
    public async Task<bool> HasAnywhereAsync(SessionCaller caller, string permission, CancellationToken cancellationToken) =>
        await OfAsync(caller, cancellationToken) is { } mine && mine.HasAnywhere(permission);

    /// <summary>True when the caller's permission reaches this user, who has no more rights than the caller.</summary>
    public async Task<bool> ReachAsync(SessionCaller caller, string permission, Guid userId, CancellationToken cancellationToken) =>
        await OfAsync(caller, cancellationToken) is { } mine && mine.HasAnywhere(permission)
        && await store.FindAsync(userId, cancellationToken) is { } target
        && HeldRights.Of(target) is var theirs
        && mine.Reaches(permission, theirs)
        && mine.MayRule(permission, theirs);

    /// <summary>
    /// The same for what is done to the account: the permission must reach the user's home. An organization in which a user only has a role
    /// does not own them.
    /// </summary>
    public async Task<bool> RuleAsync(SessionCaller caller, string permission, Guid userId, CancellationToken cancellationToken) =>
        await OfAsync(caller, cancellationToken) is { } mine
        && await store.FindAsync(userId, cancellationToken) is { } target
        && HeldRights.Of(target) is var theirs
        && mine.ReachesHome(permission, theirs)
        && mine.MayRule(permission, theirs);

    private async Task<HeldRights?> OfAsync(SessionCaller caller, CancellationToken cancellationToken) =>
        caller.Session is { } session
            ? await store.FindAsync(session.EffectiveUserId, cancellationToken) is { } stored ? HeldRights.Of(stored) : null
            : caller.Key;
}
