using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Admin.Users;
using IdentityHub.Storage;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Admin.Sessions;

/// <summary>
/// Finds and ends live logins across users. A caller sees those of users whose home their permission reaches and who may do no more than
/// they, as below the user.
/// </summary>
internal sealed class SessionListing(SessionSearch search, UserAccess access, UserSessions ofUser, HubDatabase database)
{
    // Without a condition that an index answers, a page reads this much at most.
    private static readonly TimeSpan s_usualSpan = TimeSpan.FromDays(1);

    // A page is read in this many looks at most: where the caller may see few of what they reach, it may be short, and there is a next one.
    private const int MostLooks = 5;

    /// <summary>Live logins, the latest first.</summary>
    /// <param name="before">The id before which the list goes on; null for its beginning.</param>
    /// <param name="most">No more than these.</param>
    /// <returns>What the caller sees, and where the next page begins; null on the last one.</returns>
    public async Task<(IReadOnlyList<FoundSession> Found, Guid? Next)> ListAsync(
        AdminCall call, SessionFilter filter, Guid? before, int most)
    {
        if (filter is { UserId: null, From: null })
            filter = filter with { From = call.Now - s_usualSpan };
        var reach = call.Caller is { UserId: { } caller, Rights: var rights } && !rights.HasEverywhere(Permissions.SessionRead)
            ? (caller, Permissions.SessionRead)
            : ((Guid, string)?)null;
        var (seen, maySee) = (new List<FoundSession>(), new Dictionary<Guid, bool>());
        var last = before;
        for (var look = 0; look < MostLooks; look++)
        {
            var found = await search.ListAsync(filter, reach, last, most + 1, call.Now, call.Cancelled);
            foreach (var session in found.Take(most))
            {
                if (seen.Count == most)
                    return (seen, last);
                last = session.Session.Id;
                if (!maySee.TryGetValue(session.UserId, out var may))
                    maySee[session.UserId] = may =
                        await access.RefusalOfCloseLookAsync(call, Permissions.SessionRead, session.UserId) is null;
                if (may)
                    seen.Add(session);
            }

            if (found.Count <= most)
                return (seen, null);
        }

        return (seen, last);
    }

    /// <summary>One live login.</summary>
    public Task<Outcome<FoundSession>> FindAsync(AdminCall call, Guid sessionId) => FindAsync(call, Permissions.SessionRead, sessionId);

    private async Task<Outcome<FoundSession>> FindAsync(AdminCall call, string permission, Guid sessionId)
    {
        // The same work whether or not there is one.
        var found = await SessionSearch.FindAsync(database.Call, sessionId, call.Now, call.Cancelled);
        return await access.RefusalOfCloseLookAsync(call, permission, found?.UserId ?? Guid.Empty) is { } refusal
            ? refusal
            : found!;
    }

    /// <summary>Ends a login, with all that was granted in it.</summary>
    public async Task<Outcome<AdminAnswer>> EndAsync(AdminCall call, Guid sessionId)
    {
        // Callers who may not see it learn nothing of it, as by reading.
        var found = await FindAsync(call, Permissions.SessionTerminate, sessionId);
        return found.Succeeded ? await ofUser.EndAsync(call, found.Value.UserId, sessionId) : found.Error;
    }
}
