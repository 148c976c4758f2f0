using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Directories;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>Makes, changes and erases the users of a directory, within what it may do. Decision 0043.</summary>
internal sealed class DirectoryUserWrites(
    DirectoryUserChanges changes, NewPasswords passwords, ClientRegistry registry, DirectoryRecords records, AccountErasure erasures)
{
    private static Refusal Taken { get; } = ScimRefusals.Taken(
        "Another user has the user name, the e-mail address, the phone number or the external id.");

    /// <summary>The refusal where the directory has no such user.</summary>
    public static Refusal Unknown { get; } =
        Refusal.Of(RefusalKind.NotFound, "There is no user with this id.", Reasons.ScimResourceUnknown);

    private static Refusal OutOfReach { get; } = Refusal.Of(
        RefusalKind.Forbidden,
        "The user has roles outside the organization, or has proven an address that is not of a domain of the organization. An "
        + "administrator changes their user name, addresses and password, and erases them.",
        Reasons.ScimUserOutOfReach);

    private static Refusal AboveKey { get; } = Refusal.Of(
        RefusalKind.Forbidden,
        "The user may do more than the API key: a client of the organization, or an administrator, changes their user name, addresses and "
        + "password, and erases them.",
        Reasons.ScimUserOutOfReach);

    private static Refusal DisabledByAdministrator { get; } = Refusal.Of(
        RefusalKind.Forbidden, "An administrator has disabled the user; only they enable them again.", Reasons.ScimUserOutOfReach);

    /// <summary>Makes a user.</summary>
    /// <param name="resource">As it was read.</param>
    public async Task<Outcome<DirectoryEntry>> CreateAsync(ScimCall call, JsonObject resource)
    {
        var wish = UserWish.Read(resource, before: null, Owns(call));
        if (!wish.Succeeded)
            return wish.Error;
        var hash = await HashAsync(resource, wish.Value.UserName);
        if (!hash.Succeeded)
            return hash.Error;

        var change = await changes.TryCreateAsync(
            call.Caller.OrganizationId, Identifiers.NewId(call.Context.Now), wish.Value with { PasswordHash = hash.Value.Text },
            call.Context.Now, (transaction, made, _) => records.WriteAsync(transaction, made, call), call.Cancelled);
        return change is null ? Taken : change.After;
    }

    /// <summary>Changes a user.</summary>
    /// <param name="entry">As they were read before; looked at again when they are changed.</param>
    /// <param name="resourceOf">What they are to be, made of what they are.</param>
    public async Task<Outcome<DirectoryEntry>> ChangeAsync(
        ScimCall call, DirectoryEntry entry, Func<DirectoryEntry, Outcome<JsonObject>> resourceOf)
    {
        var first = resourceOf(entry);
        if (!first.Succeeded)
            return first.Error;
        var hash = await HashAsync(first.Value, first.Value["userName"]!.GetValue<string>());
        if (!hash.Succeeded && !Disables(entry, first.Value))
            return hash.Error;

        var changed = await changes.ChangeAsync(
            call.Caller.OrganizationId, entry.Id, before => Decide(call, before, resourceOf, hash), Taken, call.Context.Now,
            (transaction, made, _) => records.WriteAsync(transaction, made, call), call.Cancelled);
        if (!changed.Succeeded)
            return changed.Error;
        await records.AnnounceAsync(changed.Value, call);
        return changed.Value.After;
    }

    /// <summary>Erases a user.</summary>
    public Task<Refusal?> EraseAsync(ScimCall call, Guid id) => erasures.EraseAsync(
        (onEnded, traces) => changes.EraseAsync(
            call.Caller.OrganizationId, id,
            before => before is null ? Unknown : RefusalOf(call, before) ?? RefusalOfLogin(call, before), call.Context.Now, onEnded, traces,
            transaction => DirectoryRecords.WriteErasureAsync(transaction, id, call), call.Cancelled),
        call.Context);

    private Outcome<DirectoryWish> Decide(
        ScimCall call, DirectoryEntry? before, Func<DirectoryEntry, Outcome<JsonObject>> resourceOf, Outcome<NewHash> hash)
    {
        if (before is null)
            return Unknown;
        if (RefusalOf(call, before) is { } stale)
            return stale;
        var resource = resourceOf(before);
        if (!resource.Succeeded)
            return resource.Error;
        var wish = WishOf(call, before, resource.Value, hash);

        // Who is to be locked out is locked out, whatever else of the request is refused.
        return !wish.Succeeded && Disables(before, resource.Value) ? DirectoryWish.Disabling(before) : wish;
    }

    private Outcome<DirectoryWish> WishOf(ScimCall call, DirectoryEntry before, JsonObject resource, Outcome<NewHash> hash)
    {
        if (!hash.Succeeded)
            return hash.Error;
        var read = UserWish.Read(resource, before, Owns(call));
        if (!read.Succeeded)
            return read.Error;
        var wish = read.Value with { PasswordHash = hash.Value.Text };
        if (ChangesLogin(before, wish) && RefusalOfLogin(call, before) is { } refusal)
            return refusal;
        return wish.IsActive && before is { DisabledAt: not null, DeactivatedAt: null } ? DisabledByAdministrator : wish;
    }

    private static bool Disables(DirectoryEntry before, JsonObject resource) =>
        before.DisabledAt is null && resource["active"]?.GetValue<bool>() == false;

    // Who may set how a user logs in is this user. A number that is proven next to an address of the organization is an employee's, whom
    // the organization reaches by the address anyway.
    private Refusal? RefusalOfLogin(ScimCall call, DirectoryEntry before)
    {
        var owns = Owns(call);
        var isProven = before is { Email: not null, EmailConfirmed: true } or { PhoneNumber: not null, PhoneNumberConfirmed: true };
        var isOurs = before is { Email: { } email, EmailConfirmed: true } && owns(email);
        return before.HasOutsideRights || (isProven && !isOurs) ? OutOfReach
            : call.Caller.MayRule(before) ? null
            : AboveKey;
    }

    private static Refusal? RefusalOf(ScimCall call, DirectoryEntry before) =>
        call.Condition.RefusalOf(() => UserResource.VersionIn(UserResource.Of(before, call.BaseUrl)));

    private static bool ChangesLogin(DirectoryEntry before, DirectoryWish wish) =>
        wish.PasswordHash is not null || wish.UserName != before.UserName || wish.Email != before.Email
        || wish.PhoneNumber != before.PhoneNumber;

    private async Task<Outcome<NewHash>> HashAsync(JsonObject resource, string userName)
    {
        if (resource["password"]?.GetValue<string>() is not { } text)
            return new NewHash(null);
        var password = new SentPassword(text, IsHash: false);
        if (passwords.RefusalOf(password, userName) is { } refusal)
            return refusal;
        var hash = await passwords.HashAsync(password);
        return hash.Succeeded ? new NewHash(hash.Value) : hash.Error;
    }

    // Of the organization alone: one below asserts no address of one above it.
    private Func<string, bool> Owns(ScimCall call)
    {
        var domains = registry.Current.FindOrganization(call.Caller.OrganizationId)?.EmailDomains ?? [];
        return email => domains.Contains(email[(email.LastIndexOf('@') + 1)..], StringComparer.OrdinalIgnoreCase);
    }

    // Null is a value here: no new password.
    private readonly record struct NewHash(string? Text)
    {
        public override string ToString() => nameof(NewHash);
    }
}
