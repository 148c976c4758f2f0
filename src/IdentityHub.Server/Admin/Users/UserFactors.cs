using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Storage;
using IdentityHub.Storage.Passkeys;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Sql;
using Microsoft.AspNetCore.WebUtilities;

namespace IdentityHub.Server.Admin.Users;

/// <summary>A passkey or a second factor of a user, as it is answered. Holds no secret.</summary>
/// <param name="Id"><c>totp</c>, or the id of a passkey in base64url.</param>
/// <param name="Kind"><c>totp</c>: an authenticator app. <c>passkey</c>.</param>
/// <param name="Name">What the user calls a passkey; null for an authenticator app.</param>
internal sealed record FactorRow(string Id, string Kind, string? Name, DateTimeOffset CreatedAt);

/// <summary>Shows and removes the passkeys and second factors of a user: for one who has lost them.</summary>
internal sealed class UserFactors(UserWrites writes, UserAccess access, PasskeyStore passkeys, HubDatabase database)
{
    private const string Totp = "totp";
    private const string Passkey = "passkey";

    /// <summary>The passkeys, the oldest first, and the authenticator app.</summary>
    public async Task<Outcome<IReadOnlyList<FactorRow>>> ListAsync(AdminCall call, Guid userId) =>
        await access.RefusalOfCloseLookAsync(call, Permissions.UserRead, userId) is { } refusal
            ? refusal
            : Outcome.Of(await RowsAsync(database.Call, call, userId));

    /// <summary>One of them.</summary>
    public async Task<Outcome<FactorRow>> FindAsync(AdminCall call, Guid userId, string id)
    {
        var listed = await ListAsync(call, userId);
        if (!listed.Succeeded)
            return listed.Error;
        return listed.Value.FirstOrDefault(factor => factor.Id == id) is { } found ? found : AdminProblems.NotFound();
    }

    /// <summary>Removes one factor; with the last second factor the recovery codes go.</summary>
    public Task<Outcome<AdminAnswer>> RemoveAsync(AdminCall call, Guid userId, string id) =>
        writes.ChangeStateAsync(call, Permissions.UserWrite, userId, async (change, _) =>
        {
            if ((await RowsAsync(change.Transaction.Call, call, userId)).FirstOrDefault(one => one.Id == id) is not { } factor)
                return AdminProblems.NotFound();
            if (!call.Condition.Admits(AdminJson.TagOf(factor)))
                return AdminProblems.Stale;
            var isRemoved = factor.Kind == Totp
                ? await TotpStore.RemoveAsync(change.Transaction, userId, call.Cancelled)
                : await PasskeyStore.RemoveAsync(change.Transaction, userId, WebEncoders.Base64UrlDecode(id), call.Cancelled);
            if (!isRemoved)
                return AdminProblems.NotFound();
            await change.AuditAsync(AdminAuditTypes.FactorRemoved, $"users/{userId}/factors/{id}", userId, factor, after: null);
            return AdminAnswer.None;
        });

    /// <summary>Removes all of them, and the recovery codes: the password alone signs in from then on.</summary>
    public Task<Outcome<AdminAnswer>> RemoveAllAsync(AdminCall call, Guid userId) =>
        writes.ChangeStateAsync(call, Permissions.UserWrite, userId, async (change, _) =>
        {
            var rows = await RowsAsync(change.Transaction.Call, call, userId);
            if (!call.Condition.Admits(AdminAnswer.All(rows).Tag!))
                return AdminProblems.Stale;
            await SecondFactorRows.DeleteAsync(change.Transaction, userId, call.Cancelled);
            await change.AuditAsync(
                AdminAuditTypes.FactorsRemoved, $"users/{userId}/factors", userId, new { Factors = rows },
                new { Factors = Array.Empty<FactorRow>() });
            return AdminAnswer.None;
        });

    private async Task<IReadOnlyList<FactorRow>> RowsAsync(Func<string, SqlCall> on, AdminCall call, Guid userId)
    {
        var keys = (await passkeys.OfUserAsync(on, userId, call.Cancelled)).Select(passkey => new FactorRow(
            WebEncoders.Base64UrlEncode(passkey.CredentialId), Passkey, passkey.Data.Name, passkey.Data.CreatedAt));
        return await TotpStore.FindAsync(on, userId, call.Cancelled) is { } totp
            ? [.. keys, new FactorRow(Totp, Totp, null, totp.CreatedAt)]
            : [.. keys];
    }
}
