using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Server.Clients;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.ControlRoom.Users;

/// <summary><c>/admin/users/{id}</c>: everything about one user, as far as the caller sees it, and what may be done with them.</summary>
internal sealed class UserModel(ControlRoomAccess access, ClientRegistry registry) : ControlRoomPage("admin/users", access)
{
    private const string Id = "user_id";
    private const string MostEvents = "10";

    private static readonly PageAction[] s_actions =
    [
        UserPageActions.Change, UserPageActions.ChangeLogin, UserPageActions.Disable, UserPageActions.Enable, UserPageActions.Block,
        UserPageActions.Unblock, UserPageActions.Erase, UserPageActions.EndSession, UserPageActions.EndSessions,
        UserPageActions.RemoveFactor, UserPageActions.RemoveFactors, UserPageActions.WithdrawConsent, UserPageActions.GiveRole,
        UserPageActions.TakeRole,
    ];

    [FromRoute(Name = "id")]
    public string UserId { get; set; } = "";

    public override ControlRoomArea Area => ControlRoomAreas.Users;

    public ShownObject Shown { get; private set; }

    public ShownObject Blocked { get; private set; }

    /// <summary>The state of the block.</summary>
    private string? _blockTag;

    public ShownList Roles { get; private set; } = ShownList.Empty;

    public ShownList Sessions { get; private set; } = ShownList.Empty;

    public ShownList Factors { get; private set; } = ShownList.Empty;

    public ShownList Consents { get; private set; } = ShownList.Empty;

    public ShownList Events { get; private set; } = ShownList.Empty;

    /// <summary>Names of the roles that can be given.</summary>
    private IReadOnlyList<string> _roleNames = [];

    protected override IReadOnlyList<PageAction> Actions =>
        registry.Current.Attributes.All.Count == 0 ? s_actions : [.. s_actions, UserPageActions.ChangeAttributes];

    protected override IReadOnlyList<(string Name, string Value)> PathValues => [(Id, UserId)];

    /// <summary>What the user is called: their name, else their user name.</summary>
    public string Name => string.Join(' ', new[] { Shown.Text("given_name"), Shown.Text("family_name") }.OfType<string>())
        is { Length: > 0 } name ? name : Shown.Text("user_name")!;

    /// <summary>Attributes with their values.</summary>
    public IEnumerable<(string Label, string? Value)> Attributes => registry.Current.Attributes.All
        .Select(one => (one.DisplayName ?? one.Name, Shown.Object("attributes").Text(one.Name)));

    protected override async Task<Refusal?> LoadAsync()
    {
        var user = await ReadAsync("adminGetUser", PathValues);
        if (!user.Succeeded)
            return user.Error;
        (Shown, Tag) = (ShownObject.Of(user.Value), user.Value.Tag);
        if (await ReadAsync("adminGetBlock", PathValues) is { Succeeded: true, Value: var block })
            (Blocked, _blockTag) = (ShownObject.Of(block), block.Tag);
        Roles = await ListAsync("adminListUserRoles", PathValues);
        Sessions = await ListAsync("adminListSessions", PathValues);
        Factors = await ListAsync("adminListFactors", PathValues);
        Consents = await ListAsync("adminListConsents", PathValues);
        if (Asked == UserPageActions.GiveRole)
            _roleNames = [.. (await ListAsync("adminListRoles", [])).Items.Select(role => role.Text("name")!)];
        if (Asked is null)
            Events = await ListAsync("adminListAuditEvents", [], ("user_id", UserId), ("limit", MostEvents));
        return null;
    }

    public override IReadOnlyList<FormField> FieldsOf(PageAction action)
    {
        if (action == UserPageActions.ChangeAttributes)
            return
            [
                .. AttributeForms.FieldsOf(
                    registry.Current.Attributes.All, Shown.Object("attributes"), name => TypedOf(action, name), Text),
            ];
        var fields = base.FieldsOf(action);
        return action == UserPageActions.GiveRole
            ? [.. fields.Select(field => field.Name == "role"
                ? field with { Kind = "select", Options = [.. _roleNames.Select(name => (name, name))] }
                : field with { Label = Text["cr.user.role.where"], Value = field.Value ?? Shown.Text("organization") })]
            : fields;
    }

    public override string? TagOf(PageAction action, string? target) => action.Name switch
    {
        "block_user" or "unblock_user" => _blockTag,
        "end_sessions" => Sessions.Tag,
        "remove_factors" => Factors.Tag,
        "end_session" => TagIn(Sessions, "id", target),
        "remove_factor" => TagIn(Factors, "id", target),
        "withdraw_consent" => TagIn(Consents, "client_id", target),
        "take_role" => TagIn(Roles, "id", target),
        _ => Tag,
    };

    protected override ShownObject CurrentOf(PageAction action) =>
        action == UserPageActions.Change || action == UserPageActions.ChangeLogin ? Shown : default;

    protected override JsonObject BodyOf(PageAction action) => action == UserPageActions.ChangeAttributes
        ? new JsonObject { ["attributes"] = AttributeForms.ValuesOf(registry.Current.Attributes.All, Request.Form) }
        : base.BodyOf(action);

    private static string? TagIn(ShownList list, string key, string? target) =>
        list.Items.Where(item => item.Text(key) == target).Select(item => item.Tag).FirstOrDefault();
}
