using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Clients;
using IdentityHub.Storage;
using IdentityHub.Storage.Organizations;

namespace IdentityHub.Server.Admin.Users;

/// <summary>Finds users for administrators: those who belong to an organization that their permission reaches.</summary>
internal sealed class UserListing(UserAccess access, UserSearch search, HubDatabase database, ClientRegistry registry)
{
    /// <summary>A page of users.</summary>
    /// <param name="after">The place after which the list goes on; null for its beginning.</param>
    public Task<List<FoundUser>> ListAsync(AdminCall call, UserFilter filter, UserPlace? after, int most) =>
        search.ListAsync(
            filter,
            call.Caller is { UserId: { } user, Rights: var rights } && !rights.HasEverywhere(Permissions.UserRead)
                ? (user, Permissions.UserRead)
                : null,
            after, most, call.Cancelled);

    /// <summary>An attribute as users are found by it.</summary>
    /// <param name="text"><c>name=value</c>.</param>
    public Outcome<(string Name, string Value)> AttributeOf(string text)
    {
        var (name, value) = text.Split('=', 2) is [var first, var rest] ? (first, rest) : (text, "");
        return registry.Current.Attributes.Find(name) is { Searchable: true } definition
            && AttributeValues.Read(definition, [value]).Change is { } read
                ? (definition.Name, read.Values[0])
                : Refusal.InvalidRequest(
                    "The parameter 'attribute' is the name of a searchable attribute, an equals sign and a value that it can have.",
                    Reasons.ParameterInvalid);
    }

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
