using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Clients;
using IdentityHub.Storage;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Users;

/// <summary>Finds users for administrators: those who belong to an organization that their permission reaches.</summary>
internal sealed class UserListing(UserAccess access, UserSearch search, HubDatabase database, ClientRegistry registry)
{
    /// <summary>A page of users in the order of their ids.</summary>
    public Task<List<AdministeredUser>> ListAsync(AdminCall call, UserFilter filter, Guid after, int most) =>
        search.ListAsync(
            filter,
            call.Caller is { UserId: { } user, Rights: var rights } && !rights.HasEverywhere(Permissions.UserRead)
                ? (user, Permissions.UserRead)
                : null,
            after, most, call.Cancelled);

    /// <summary>One user with all that is shown of them.</summary>
    public async Task<Outcome<UserView>> FindAsync(AdminCall call, Guid userId)
    {
        if (await access.RefusalOfLookAsync(call, Permissions.UserRead, userId) is { } refusal)
            return refusal;
        return await UserView.FindAsync(database.Call, userId, registry.Current.Attributes, call.Cancelled) is { } found
            ? found.View
            : AdminProblems.NotFound();
    }
}
