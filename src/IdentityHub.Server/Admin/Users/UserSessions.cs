using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Sql;

namespace IdentityHub.Server.Admin.Users;

/// <summary>A live login of a user, as it is answered.</summary>
/// <param name="AssumedBy">User name of who acts as the user in it; null where it is the user.</param>
internal sealed record SessionRow(
    Guid Id, string Endpoint, string? ClientId, bool IsBrowser, string? IpAddress, string? UserAgent, string? AssumedBy,
    DateTimeOffset CreatedAt)
{
    public static SessionRow Of(ListedSession session) => new(
        session.Id, session.Endpoint, session.ClientId, session.IsBrowser, session.IpAddress, session.UserAgent, session.AssumedBy,
        session.CreatedAt);
}

/// <summary>Shows and ends the live logins of a user.</summary>
internal sealed class UserSessions(UserWrites writes, UserAccess access, SessionEnd ends, HubDatabase database)
{
    private const int Most = 200;

    /// <summary>
    /// The live logins of a user, the one seen last first. When they were seen is not shown: it changes with each request.
    /// </summary>
    public async Task<Outcome<IReadOnlyList<SessionRow>>> ListAsync(AdminCall call, Guid userId) =>
        await access.RefusalOfCloseLookAsync(call, Permissions.SessionRead, userId) is { } refusal
            ? refusal
            : Outcome.Of(await RowsAsync(database.Call, call, userId));

    /// <summary>One of them.</summary>
    public async Task<Outcome<SessionRow>> FindAsync(AdminCall call, Guid userId, Guid sessionId)
    {
        var listed = await ListAsync(call, userId);
        if (!listed.Succeeded)
            return listed.Error;
        return listed.Value.FirstOrDefault(session => session.Id == sessionId) is { } found ? found : AdminProblems.NotFound();
    }

    /// <summary>Ends one login, with all that was granted in it.</summary>
    public Task<Outcome<AdminAnswer>> EndAsync(AdminCall call, Guid userId, Guid sessionId) =>
        writes.ChangeStateAsync(call, Permissions.SessionTerminate, userId, async (change, _) =>
        {
            if (await SessionSearch.FindAsync(change.Transaction.Call, sessionId, call.Now, call.Cancelled) is not { } found
                || found.UserId != userId)
                return AdminProblems.NotFound();
            var session = SessionRow.Of(found.Session);
            if (!call.Condition.Admits(AdminJson.TagOf(session)))
                return AdminProblems.Stale;
            if (await SessionStore.EndOfUserAsync(
                    change.Transaction, userId, sessionId, SessionEndReasons.EndedByAdministrator, call.Now, call.Cancelled)
                is not { } ended)
                return AdminProblems.NotFound();
            await EndedAsync(change, [ended]);
            await change.AuditAsync(AdminAuditTypes.SessionEnded, $"users/{userId}/sessions/{sessionId}", userId, session, after: null);
            return AdminAnswer.None;
        });

    /// <summary>Ends every login, with all that was granted, <c>offline_access</c> included.</summary>
    public Task<Outcome<AdminAnswer>> EndAllAsync(AdminCall call, Guid userId) =>
        writes.ChangeStateAsync(call, Permissions.SessionTerminate, userId, async (change, _) =>
        {
            if (!call.Condition.Admits(AdminAnswer.All(await RowsAsync(change.Transaction.Call, call, userId)).Tag!))
                return AdminProblems.Stale;
            var ended = await SessionStore.EndAllOfUserAsync(
                change.Transaction, userId, except: null, SessionEndReasons.EndedByAdministrator, call.Now, call.Cancelled);
            await EndedAsync(change, ended);
            await change.AuditAsync(
                AdminAuditTypes.SessionsEnded, $"users/{userId}/sessions", userId, new { Sessions = ended.Select(one => one.SessionId) },
                new { Sessions = Array.Empty<Guid>() });
            return AdminAnswer.None;
        });

    private async Task EndedAsync(AdminChange change, IReadOnlyList<EndedSession> ended)
    {
        await ends.WriteNoticesAsync(change.Transaction, ended, change.Call.Cancelled);
        change.Afterwards(() => ends.AnnounceAsync(ended, SessionEndReasons.EndedByAdministrator, change.Call.Context));
    }

    private static async Task<IReadOnlyList<SessionRow>> RowsAsync(Func<string, SqlCall> on, AdminCall call, Guid userId) =>
        [.. (await SessionStore.ListOfUserAsync(on, userId, call.Now, Most, call.Cancelled)).Select(SessionRow.Of)];
}
