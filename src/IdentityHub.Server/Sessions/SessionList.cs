using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Sessions;

/// <summary>The live sessions of a user from all endpoints, and those in which another user acts as them.</summary>
internal sealed class SessionList(SessionStore sessions)
{
    /// <summary>The one seen last first.</summary>
    /// <param name="most">No more than these.</param>
    public Task<List<ListedSession>> OfUserAsync(Guid userId, DateTimeOffset now, int most, CancellationToken cancellationToken) =>
        sessions.ListOfUserAsync(userId, now, most, cancellationToken);
}
