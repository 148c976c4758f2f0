using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Users;

/// <summary>Erases a user: what is personal goes, everything ends, the id stays as a tombstone. Decision 0033.</summary>
internal sealed class UserErasing(UserWrites writes, ErasedTraces traces, SessionEnd ends, ClientRegistry registry)
{
    public Task<Outcome<AdminAnswer>> EraseAsync(AdminCall call, Guid userId) =>
        writes.ChangeAsync(call, Permissions.UserErase, userId, async (change, _) =>
        {
            var transaction = change.Transaction;
            var found = await UserView.FindAsync(transaction.Call, userId, registry.Current.Attributes, call.Cancelled);
            if (!call.Condition.Admits(AdminJson.TagOf(found!.Value.View)))
                return AdminProblems.Stale;
            if (UserAccess.RefusalOfSelf(call, userId) is { } self)
                return self;
            if (await LastAdministrator.IsAsync(transaction, userId, BuiltInRoles.Admin, call.Now, call.Cancelled))
                return UserChanging.LastOne;
            var ended = await AccountErasureStore.EraseAsync(
                transaction, userId, SessionEndReasons.UserErased, call.Now, ends.WriteNoticesAsync, traces.RemoveAsync, call.Cancelled);
            if (ended is null)
                return AdminProblems.NotFound();

            // No longer about the user: what was stored of them is gone. Of this type, because a restored database erases again by it.
            change.AnswersAbout = null;
            await change.AuditAsync(AuditTypes.UserErased, $"users/{userId}", userId, before: null, after: null);
            change.Afterwards(() => ends.AnnounceAsync(ended, SessionEndReasons.UserErased, call.Context));
            return AdminAnswer.None;
        });
}
