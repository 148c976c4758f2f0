using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Authentication;
using IdentityHub.Storage;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Users;

/// <summary>The block of a user by an administrator, and by too many failures, as it is answered.</summary>
/// <param name="Blocked">By an administrator, or by failures.</param>
/// <param name="Until">Null while not blocked, and for a block without an end.</param>
internal sealed record BlockView(bool Blocked, int FailedAttempts, DateTimeOffset? Until);

/// <summary>Blocks users for every kind of login, and lifts blocks and what was guessed of a user. ASSURANCE B2.</summary>
internal sealed class UserBlocking(UserWrites writes, UserAccess access, UserBlocks blocks, HubDatabase database)
{
    // For so long an installation can be without its last administrator.
    private static readonly TimeSpan LongBlock = TimeSpan.FromDays(1);

    /// <summary>Whether the user is blocked.</summary>
    public async Task<Outcome<BlockView>> FindAsync(AdminCall call, Guid userId) =>
        await access.RefusalOfCloseLookAsync(call, Permissions.UserBlock, userId) is { } refusal ? refusal
        : await ViewAsync(call, userId) is { } seen ? seen.View
        : AdminProblems.NotFound();

    /// <summary>Blocks a user.</summary>
    /// <param name="until">RFC 3339; null: until the block is lifted.</param>
    public async Task<Outcome<AdminAnswer>> BlockAsync(AdminCall call, Guid userId, string? until)
    {
        DateTimeOffset? end = null;
        if (until is not null)
        {
            if (!DateTimeOffset.TryParse(until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                || time <= call.Now)
                return AdminProblems.Field("until", "is no time to come, such as 2026-12-31T12:00:00Z");
            end = time;
        }

        var before = await ViewAsync(call, userId);
        return await writes.ChangeStateAsync(call, Permissions.UserBlock, userId, async (change, user) =>
        {
            if (!IsAsSeen(call, before, user))
                return AdminProblems.Stale;
            if (UserAccess.RefusalOfSelf(call, userId) is { } self)
                return self;
            if ((end is null || end > call.Now + LongBlock)
                && await LastAdministrator.IsAsync(change.Transaction, userId, BuiltInRoles.Admin, call.Now, call.Cancelled))
                return UserChanging.LastOne;
            await UserBlocks.BlockAsync(change.Transaction, userId, end, call.Cancelled);
            var after = new BlockView(true, before!.View.FailedAttempts, end);
            await change.AuditAsync(AdminAuditTypes.UserBlocked, $"users/{userId}/block", userId, before.View, after);
            return AdminAnswer.Of(after);
        });
    }

    /// <summary>Lifts the block, and forgets what was guessed of the user.</summary>
    public async Task<Outcome<AdminAnswer>> UnblockAsync(AdminCall call, Guid userId)
    {
        var before = await ViewAsync(call, userId);
        return await writes.ChangeStateAsync(call, Permissions.UserBlock, userId, async (change, user) =>
        {
            if (!IsAsSeen(call, before, user))
                return AdminProblems.Stale;
            await UserDirectory.BlockAsync(change.Transaction, userId, until: null, call.Cancelled);
            await change.AuditAsync(
                AdminAuditTypes.UserUnblocked, $"users/{userId}/block", userId, before!.View, new BlockView(false, 0, null));
            change.Afterwards(() => blocks.ForgetGuessesAsync(userId, call.Context, CancellationToken.None));
            return AdminAnswer.None;
        });
    }

    // What was guessed is counted elsewhere, and is not changed here: it is looked at before. The block of an administrator is that of the
    // row that the transaction holds.
    private static bool IsAsSeen(AdminCall call, SeenBlock? before, AdministeredUser user) =>
        before is not null && before.ByAdministrator == user.BlockedUntil && call.Condition.Admits(AdminJson.TagOf(before.View));

    private async Task<SeenBlock?> ViewAsync(AdminCall call, Guid userId) =>
        await AdministeredUser.FindAsync(database.Call, userId, call.Cancelled) is { } user
        && await blocks.FindAsync(user.UserName, call.Context, call.Cancelled) is { } block
            ? new SeenBlock(new BlockView(block.IsBlocked, block.FailedAttempts, block.BlockedUntil), user.BlockedUntil)
            : null;

    private sealed record SeenBlock(BlockView View, DateTimeOffset? ByAdministrator);
}
