using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.AddressChanges;
using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Users;

/// <summary>Changes what is stored of a user, and disables and enables them.</summary>
internal sealed class UserChanging(UserWrites writes, ClientRegistry registry, SessionEnd ends, SecurityNotices notices)
{
    /// <summary>Applies a merge patch with the fields <see cref="UserFields.Patch"/>: all of it or nothing.</summary>
    public async Task<Outcome<AdminAnswer>> PatchAsync(AdminCall call, Guid userId, JsonElement patch)
    {
        var attributes = UserPatch.Attributes(registry.Current.Attributes, patch, isNew: false);
        if (!attributes.Succeeded)
            return attributes.Error;
        return await writes.ChangeAsync(call, Permissions.UserWrite, userId, async (change, user) =>
        {
            var before = (await ViewAsync(change, userId))!;
            if (!call.Condition.Admits(AdminJson.TagOf(before)))
                return AdminProblems.Stale;
            var wanted = UserPatch.Apply(user, patch);
            if (!wanted.Succeeded)
                return wanted.Error;
            if (UserPatch.ProofFault(call, user, wanted.Value) is { } unproven)
                return unproven;
            if (wanted.Value.OrganizationId != user.OrganizationId && !await UserAccess.ReachesAsync(
                    change.Transaction.Call, call, Permissions.UserWrite, wanted.Value.OrganizationId))
                return AdminProblems.Field("organization", "is no organization in which you may change users");
            if (await wanted.Value.FindTakenAsync(change.Transaction, call.Cancelled) is { Count: > 0 } taken)
                return UserPatch.Taken(taken);
            if (await EnableAsync(change, user, patch) is { } refused)
                return refused;
            if (await WriteAsync(change, user, wanted.Value, attributes.Value) is { } refusal)
                return refusal;
            var after = (await ViewAsync(change, userId))!;
            await change.AuditAsync(TypeOf(before, after), $"users/{userId}", userId, before, after);
            return AdminAnswer.Of(after);
        });
    }

    private static string TypeOf(UserView before, UserView after) =>
        before.Enabled != after.Enabled ? after.Enabled ? AdminAuditTypes.UserEnabled : AdminAuditTypes.UserDisabled
        : before.Email != after.Email || before.PhoneNumber != after.PhoneNumber ? AdminAuditTypes.AddressChanged
        : AdminAuditTypes.UserChanged;

    private async Task<Refusal?> WriteAsync(
        AdminChange change, AdministeredUser user, AdministeredUser wanted, IReadOnlyList<AttributeChange> attributes)
    {
        var (transaction, call) = (change.Transaction, change.Call);
        if (UserPatch.IsFirstProof(user, wanted))
            wanted = await ProveAsync(change, wanted);
        if (wanted != user || attributes.Count > 0)
            await wanted.UpdateAsync(transaction, call.Now, call.Cancelled);

        // A link that was sent to an address that is no longer the user's is void, and so is one that puts an older address back.
        if (wanted.Email != user.Email || wanted.PhoneNumber != user.PhoneNumber)
        {
            await PasswordResetStore.EndAsync(transaction, user.Id, call.Now, call.Cancelled);
            await AddressUndoStore.ForgetAsync(transaction, user.Id, call.Cancelled);
            await TellAsync(change, user, wanted);
        }

        return await UserAttributeStore.TryChangeAsync(transaction, user.Id, attributes, call.Cancelled) is { } name
            ? UserPatch.Taken([$"attributes.{name}"])
            : null;
    }

    // At the address that was theirs before.
    private async Task TellAsync(AdminChange change, AdministeredUser user, AdministeredUser wanted)
    {
        if (user is not { Email: { } old, EmailVerified: true } || wanted.Email == user.Email)
            return;
        await notices.AddAsync(
            change.Transaction, new NoticeRecipient(user.UserName, old), SecurityNotice.EmailMoved, change.Call.Context,
            change.Call.Cancelled);
        change.Afterwards(() =>
        {
            notices.Signal();
            return Task.CompletedTask;
        });
    }

    // As where the user proves it: nothing from before counts, because the address may have been typed by somebody else.
    private async Task<AdministeredUser> ProveAsync(AdminChange change, AdministeredUser wanted)
    {
        var (transaction, call) = (change.Transaction, change.Call);
        var proven = await FirstProof.TryConfirmAsync(
            transaction, wanted.Id, wanted.EmailVerified ? "" : null, wanted.EmailVerified ? null : "", call.Now, ends.WriteNoticesAsync,
            call.Cancelled);
        if (proven is { Ended: { Count: > 0 } ended })
            change.Afterwards(() => ends.AnnounceAsync(ended, SessionEndReasons.AddressProven, call.Context));
        return wanted with
        {
            Email = wanted.EmailVerified ? wanted.Email : null,
            PhoneNumber = wanted.PhoneNumberVerified ? wanted.PhoneNumber : null,
        };
    }

    private async Task<Refusal?> EnableAsync(AdminChange change, AdministeredUser user, JsonElement patch)
    {
        if (!patch.TryGetProperty("enabled", out var enabled) || (enabled.GetBoolean() && user.DisabledAt is null))
            return null;

        // A user who is disabled is disabled again: a directory does not enable whom an administrator has disabled since.
        var (transaction, call) = (change.Transaction, change.Call);
        if (enabled.GetBoolean())
        {
            await UserDisabling.TryEnableAsync(transaction, user.Id, call.Cancelled);
            return null;
        }

        if (UserAccess.RefusalOfSelf(call, user.Id) is { } self)
            return self;
        if (await LastAdministrator.IsAsync(transaction, user.Id, BuiltInRoles.Admin, call.Now, call.Cancelled))
            return LastOne;
        var ended = await UserDisabling.DisableAsync(transaction, user.Id, call.Now, call.Cancelled);
        await ends.WriteNoticesAsync(transaction, ended, call.Cancelled);
        change.Afterwards(() => ends.AnnounceAsync(ended, SessionEndReasons.UserDisabled, call.Context));
        return null;
    }

    /// <summary>The installation would have no administrator.</summary>
    public static Refusal LastOne { get; } = Refusal.Of(
        RefusalKind.Conflict, "The user is the last administrator of the installation.", Reasons.LastAdministrator);

    private async Task<UserView?> ViewAsync(AdminChange change, Guid userId) =>
        (await UserView.FindAsync(change.Transaction.Call, userId, registry.Current.Attributes, change.Call.Cancelled))?.View;
}
