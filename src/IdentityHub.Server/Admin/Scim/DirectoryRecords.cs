using System.Text.Json.Nodes;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Directories;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>
/// Records what a directory has changed, in the transaction of the change, and tells clients and users of it. What a restore must do again
/// (a user who was disabled, a password that is not good any more) has a row of its own type.
/// </summary>
internal sealed class DirectoryRecords(SessionEnd ends, SecurityNotices notices)
{
    /// <summary>Writes the audit rows and the notices about a user.</summary>
    public async Task WriteAsync(SqlTransaction transaction, DirectoryChange change, ScimCall call)
    {
        var (before, after) = (change.Before, change.After);
        var target = $"scim/Users/{after.Id}";
        var isNew = before is null;
        await AddAsync(
            transaction, call, target, isNew ? AuditTypes.DirectoryUserCreated : AuditTypes.DirectoryUserChanged, after.Id,
            Difference(before is null ? [] : Shown(before, call), Shown(after, call)),
            change.IsOnlyDisabling ? "; the rest of the change was refused" : "");
        if (isNew)
            return;
        if (before!.DisabledAt is null != after.DisabledAt is null)
            await AddAsync(
                transaction, call, target, after.DisabledAt is null ? AuditTypes.UserEnabled : AuditTypes.UserDisabled, after.Id, null);
        if (before.Email != after.Email || before.PhoneNumber != after.PhoneNumber)
            await AddAsync(transaction, call, target, AuditTypes.AddressChanged, after.Id, null);
        if (change.HasNewPassword)
            await AddAsync(transaction, call, target, AuditTypes.PasswordForced, after.Id, null);
        await TellAsync(transaction, before, change, call);
        if (change.Ended.Count > 0)
            await ends.WriteNoticesAsync(transaction, change.Ended, call.Cancelled);
    }

    /// <summary>Writes that a user was erased, which a restored database does again by it.</summary>
    public static Task WriteErasureAsync(SqlTransaction transaction, Guid userId, ScimCall call) =>
        AddAsync(transaction, call, $"scim/Users/{userId}", AuditTypes.UserErased, userId, null);

    // At the address that was theirs before: a thief of the directory's credential reads the new one.
    private async Task TellAsync(SqlTransaction transaction, DirectoryEntry before, DirectoryChange change, ScimCall call)
    {
        var after = change.After;
        var recipient = before is { Email: { } old, EmailConfirmed: true } ? new NoticeRecipient(before.UserName, old)
            : after is { Email: { } email, EmailConfirmed: true } ? new NoticeRecipient(after.UserName, email)
            : null;
        if (recipient is null)
            return;
        if (before is { Email: not null, EmailConfirmed: true } && before.Email != after.Email)
            await notices.AddAsync(transaction, recipient, SecurityNotice.EmailMoved, call.Context, call.Cancelled);
        if (before.PhoneNumber != after.PhoneNumber)
            await notices.AddAsync(
                transaction, recipient, before.PhoneNumber is null ? SecurityNotice.PhoneAdded : SecurityNotice.PhoneChanged, call.Context,
                call.Cancelled);
        if (change.HasNewPassword)
            await notices.AddAsync(transaction, recipient, SecurityNotice.PasswordChanged, call.Context, call.Cancelled);
    }

    /// <summary>Tells what has ended, once the change has committed.</summary>
    public async Task AnnounceAsync(DirectoryChange change, ScimCall call)
    {
        notices.Signal();
        var reason = change is { Before.DisabledAt: null, After.DisabledAt: not null }
            ? SessionEndReasons.UserDisabled
            : SessionEndReasons.PasswordChanged;
        await ends.AnnounceAsync(change.Ended, reason, call.Context);
    }

    /// <summary>Writes a row for each user who has got or lost the role of a group.</summary>
    public static async Task WriteAsync(
        SqlTransaction transaction, DirectoryRole role, IReadOnlyList<Guid> added, IReadOnlyList<Guid> removed, ScimCall call)
    {
        var (target, held) = ($"scim/Groups/{role.Id}", new JsonObject { ["role"] = role.Name });
        foreach (var user in added)
            await AddAsync(transaction, call, target, AuditTypes.DirectoryGroupChanged, user, Difference([], held));
        foreach (var user in removed)
            await AddAsync(transaction, call, target, AuditTypes.DirectoryGroupChanged, user, Difference(held, []));
        if (added.Count + removed.Count == 0)
            await AddAsync(transaction, call, target, AuditTypes.DirectoryGroupChanged, null, null);
    }

    private static Task AddAsync(
        SqlTransaction transaction, ScimCall call, string target, string type, Guid? userId, JsonObject? changes, string note = "")
    {
        var context = call.Context;
        return transaction.AddAuditAsync(
            new AuditEvent
            {
                TraceId = context.TraceId,
                Id = Identifiers.NewId(context.Now),
                At = context.Now,
                Type = type,
                Endpoint = StoredText.Of(context.Endpoint, 64)!,
                ClientId = StoredText.Of(context.ClientId, 200),
                UserId = userId,
                Detail = StoredText.Of($"by the directory of {call.Caller.OrganizationId}{note}", 512),
                IpAddress = context.IpAddress,
                Generation = context.Generation,
                Target = StoredText.Of(target, 200),
                Changes = changes?.ToJsonString(),
            },
            call.Cancelled);
    }

    private static JsonObject Shown(DirectoryEntry entry, ScimCall call)
    {
        var shown = UserResource.Of(entry, call.BaseUrl);
        foreach (var name in new[] { "schemas", "id", "meta", "groups", "displayName" })
            shown.Remove(name);
        return shown;
    }

    // The members that differ, on both sides. A password is no member.
    private static JsonObject Difference(JsonObject before, JsonObject after)
    {
        var names = before.Concat(after).Select(member => member.Key).Distinct()
            .Where(name => !JsonNode.DeepEquals(before[name], after[name])).ToList();
        return new JsonObject { ["before"] = Only(before, names), ["after"] = Only(after, names) };
    }

    private static JsonObject Only(JsonObject from, IEnumerable<string> names) =>
        [.. names.Where(from.ContainsKey).Select(name => KeyValuePair.Create(name, from[name]?.DeepClone()))];
}
