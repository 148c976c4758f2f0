using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.Organizations;

namespace IdentityHub.Server.Admin.Users;

/// <summary>The operations on users themselves.</summary>
internal sealed class UserOperations(
    UserListing listing, UserMaking making, UserChanging changing, UserErasing erasing, UserBlocking blocking)
{
    /// <summary>Its scopes are <c>admin.users.read</c> and <c>admin.users.write</c>.</summary>
    public static readonly AdminArea Area = new("users", "Administration: users");

    private static readonly Field[] Filters =
    [
        Field.Text("search", "Beginning of a user name, an e-mail address, a phone number, a given or a family name.") with
        {
            TextFault = static text => text.Length > 256 ? "has more than 256 characters" : null,
        },
        Field.Text("organization", "Only those whose home it is."),
        Field.Text("enabled", "`true` or `false`.") with
        {
            TextFault = static text => text is "true" or "false" ? null : "is true or false",
        },
        Field.Text("role", "Only those who hold it, wherever."),
        Field.Text("attribute", "`name=value` of a searchable attribute.") with { Example = "\"department=sales\"" },
    ];

    private static readonly Field[] Block =
    [
        new("blocked", FieldType.Flag, "By an administrator, or by too many failures.") { IsRequired = true },
        new("failed_attempts", FieldType.Number, "Wrong guesses of the last hour.") { IsRequired = true },
        Field.Text("until", "Null while not blocked, and for a block without an end.") with
        {
            IsRequired = true, MayBeNull = true, Format = "date-time",
        },
    ];

    /// <summary>All of them.</summary>
    public IEnumerable<AdminOperation> All =>
    [
        new("GET", "/users", Area, "adminListUsers", "Lists and searches users")
        {
            Text =
                "Those who belong to an organization that the caller may see: in the order of their ids, or, with `search`, in one that "
                    + "stays the same from page to page.",
            Permission = Permissions.UserRead,
            Query = Filters,
            IsPaged = true,
            Answer = UserFields.Row,
            Handle = ListAsync,
        },
        new("POST", "/users", Area, "adminCreateUser", "Makes or invites a user")
        {
            Text = "With a password, without one, or with an invitation by mail.",
            Permission = Permissions.UserWrite,
            Body = UserFields.New,
            Success = StatusCodes.Status201Created,
            Answer = UserFields.View,
            Handle = request => making.CreateAsync(request.Call, request.Body),
        },
        new("GET", "/users/{user_id}", Area, "adminGetUser", "Shows a user")
        {
            Text = "With the attributes that the configuration defines.",
            Permission = Permissions.UserRead,
            Answer = UserFields.View,
            Handle = async request => AnswerOf(await listing.FindAsync(request.Call, request.Id("user_id"))),
        },
        new("PATCH", "/users/{user_id}", Area, "adminChangeUser", "Changes, disables or enables a user")
        {
            Text = "A merge patch (RFC 7396).",
            Permission = Permissions.UserWrite,
            Body = UserFields.Patch,
            Answer = UserFields.View,
            Handle = request => changing.PatchAsync(request.Call, request.Id("user_id"), request.Body),
        },
        new("DELETE", "/users/{user_id}", Area, "adminEraseUser", "Erases a user")
        {
            Text = "What is personal goes, everything ends, the id stays as a tombstone.",
            Permission = Permissions.UserErase,
            Success = StatusCodes.Status204NoContent,
            Handle = request => erasing.EraseAsync(request.Call, request.Id("user_id")),
        },
        new("GET", "/users/{user_id}/block", Area, "adminGetBlock", "Shows whether a user is blocked")
        {
            Permission = Permissions.UserBlock,
            Answer = Block,
            Handle = async request => AnswerOf(await blocking.FindAsync(request.Call, request.Id("user_id"))),
        },
        new("PUT", "/users/{user_id}/block", Area, "adminBlockUser", "Blocks a user")
        {
            Text = "For every kind of login, and for all that was issued.",
            Permission = Permissions.UserBlock,
            Body = [Field.Text("until", "RFC 3339; left out: until the block is lifted.") with { Format = "date-time" }],
            IsBodyOptional = true,
            Answer = Block,
            Handle = request => blocking.BlockAsync(request.Call, request.Id("user_id"), request.BodyText("until")),
        },
        new("DELETE", "/users/{user_id}/block", Area, "adminUnblockUser", "Unblocks a user")
        {
            Text = "What was guessed of the user is forgotten, and how many codes they were sent.",
            Permission = Permissions.UserBlock,
            Success = StatusCodes.Status204NoContent,
            Handle = request => blocking.UnblockAsync(request.Call, request.Id("user_id")),
        },
    ];

    /// <summary>200 with an object, or the refusal.</summary>
    public static Outcome<AdminAnswer> AnswerOf<T>(Outcome<T> found)
        where T : class => found.Succeeded ? AdminAnswer.Of(found.Value) : found.Error;

    /// <summary>200 with a whole list, or the refusal.</summary>
    public static Outcome<AdminAnswer> AnswerOfAll<T>(Outcome<IReadOnlyList<T>> found)
        where T : class => found.Succeeded ? AdminAnswer.All(found.Value) : found.Error;

    private async Task<Outcome<AdminAnswer>> ListAsync(AdminRequest request)
    {
        var (page, query) = (request.Page, request.Query);
        var attribute = query["attribute"] is { } text ? listing.AttributeOf(text) : default(Outcome<(string, string)>?);
        if (attribute is { Succeeded: false, Error: { } unknown })
            return unknown;
        var filter = new UserFilter
        {
            Search = query["search"],
            OrganizationId = query["organization"],
            Enabled = query["enabled"] is { } enabled ? enabled == "true" : null,
            Role = query["role"],
            Attribute = attribute?.Value,
        };
        var rows = await listing.ListAsync(
            request.Call, filter, page.After is { } after ? UserPlace.Parse(after) : null, page.Limit + 1);
        return page.AnswerOf(rows, static found => found.Place.ToString(), static found => UserRow.Of(found.User));
    }
}
