using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Storage;
using IdentityHub.Storage.Consents;
using IdentityHub.Storage.Sql;

namespace IdentityHub.Server.Admin.Users;

/// <summary>A client that may see something of a user, as it is answered.</summary>
internal sealed record ConsentRow(string ClientId, IReadOnlyList<string> Scopes, DateTimeOffset Since, bool IsRemembered)
{
    public static ConsentRow Of(ConnectedApplication application) => new(
        application.ClientId, application.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries), application.Since,
        application.IsRemembered);
}

/// <summary>Shows and withdraws what a user has agreed to.</summary>
internal sealed class UserConsents(UserWrites writes, UserAccess access, HubDatabase database)
{
    /// <summary>The clients that may see something of the user, the newest first.</summary>
    public async Task<Outcome<IReadOnlyList<ConsentRow>>> ListAsync(AdminCall call, Guid userId) =>
        await access.RefusalOfCloseLookAsync(call, Permissions.UserRead, userId) is { } refusal
            ? refusal
            : Outcome.Of(await RowsAsync(database.Call, call, userId));

    /// <summary>One of them.</summary>
    public async Task<Outcome<ConsentRow>> FindAsync(AdminCall call, Guid userId, string clientId)
    {
        var listed = await ListAsync(call, userId);
        if (!listed.Succeeded)
            return listed.Error;
        return listed.Value.FirstOrDefault(consent => consent.ClientId == clientId) is { } found ? found : AdminProblems.NotFound();
    }

    /// <summary>Withdraws a consent, and ends every grant that the client has of the user.</summary>
    public Task<Outcome<AdminAnswer>> WithdrawAsync(AdminCall call, Guid userId, string clientId) =>
        writes.ChangeStateAsync(call, Permissions.UserWrite, userId, async (change, _) =>
        {
            if ((await RowsAsync(change.Transaction.Call, call, userId)).FirstOrDefault(one => one.ClientId == clientId) is not { } consent)
                return AdminProblems.NotFound();
            if (!call.Condition.Admits(AdminJson.TagOf(consent)))
                return AdminProblems.Stale;
            if (!await ConsentStore.WithdrawAsync(change.Transaction, userId, clientId, call.Now, call.Cancelled))
                return AdminProblems.NotFound();
            await change.AuditAsync(AdminAuditTypes.ConsentWithdrawn, $"users/{userId}/consents/{clientId}", userId, consent, after: null);
            return AdminAnswer.None;
        });

    private static async Task<IReadOnlyList<ConsentRow>> RowsAsync(Func<string, SqlCall> on, AdminCall call, Guid userId) =>
        [.. (await ConsentStore.ListAsync(on, userId, call.Now, call.Cancelled)).Select(ConsentRow.Of)];
}
