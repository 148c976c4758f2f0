using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Storage;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Sql;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Users;

/// <summary>
/// Runs changes of one user: in one transaction that holds the row of the user, and in which the rights are looked at. Before it they are
/// looked at as well, so that who may not change the user waits for nothing and lets no other wait.
/// </summary>
internal sealed class UserWrites(AdminWrites writes, HubDatabase database)
{
    /// <summary>Changes the account of a user, which a file must not own.</summary>
    /// <param name="permission">Must reach the home of the user.</param>
    /// <param name="work">Gets the user as they are. Compares the condition, changes, records.</param>
    public Task<Outcome<AdminAnswer>> ChangeAsync(
        AdminCall call, string permission, Guid userId, Func<AdminChange, AdministeredUser, Task<Outcome<AdminAnswer>>> work) =>
        RunAsync(call, userId, on => UserAccess.RefusalOfChangeAsync(on, call, permission, userId), isFileOwners: true, work);

    /// <summary>Changes what belongs to a user and stands in no file: sessions, consents, factors, blocks.</summary>
    /// <inheritdoc cref="ChangeAsync"/>
    public Task<Outcome<AdminAnswer>> ChangeStateAsync(
        AdminCall call, string permission, Guid userId, Func<AdminChange, AdministeredUser, Task<Outcome<AdminAnswer>>> work) =>
        RunAsync(call, userId, on => UserAccess.RefusalOfChangeAsync(on, call, permission, userId), isFileOwners: false, work);

    /// <summary>Gives or takes a role, which a file must not own.</summary>
    /// <inheritdoc cref="ChangeAsync"/>
    public Task<Outcome<AdminAnswer>> ChangeRoleAsync(
        AdminCall call, Guid userId, string? organizationId, IReadOnlyList<string> permissions,
        Func<AdminChange, AdministeredUser, Task<Outcome<AdminAnswer>>> work) =>
        RunAsync(
            call, userId, on => UserAccess.RefusalOfRoleAsync(on, call, userId, organizationId, permissions), isFileOwners: true, work);

    private async Task<Outcome<AdminAnswer>> RunAsync(
        AdminCall call, Guid userId, Func<Func<string, SqlCall>, Task<Refusal?>> look, bool isFileOwners,
        Func<AdminChange, AdministeredUser, Task<Outcome<AdminAnswer>>> work)
    {
        if (await look(database.Call) is { } refusal)
            return refusal;
        try
        {
            return await writes.RunAsync(call, userId, async change =>
            {
                if (!await SessionStore.TryHoldUserAsync(change.Transaction, userId, call.Cancelled)
                    || await AdministeredUser.FindAsync(change.Transaction.Call, userId, call.Cancelled) is not { } user)
                    return AdminProblems.NotFound();
                if (await look(change.Transaction.Call) is { } late)
                    return late;
                if (isFileOwners && await AdministeredUser.FindPlaceAsync(change.Transaction.Call, userId, call.Cancelled) is { } place)
                    return AdminProblems.FileOwned(new DefinedPlace(place.File, place.Line));
                change.AnswersAbout = userId;
                return await work(change, user);
            });
        }
        catch (Exception failure) when (database.IsUniqueViolation(failure))
        {
            return Taken;
        }
    }

    /// <summary>Somebody else was given a name, an address or a number at this moment.</summary>
    public static Refusal Taken { get; } = Refusal.Of(
        RefusalKind.Conflict, "The user name, e-mail address, phone number or a unique attribute belongs to another user.",
        Reasons.AccountTaken);
}
