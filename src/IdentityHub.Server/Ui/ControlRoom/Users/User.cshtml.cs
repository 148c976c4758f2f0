using System.Globalization;
using System.Text.Json.Nodes;
using IdentityHub.ConfigAsCode;
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
        UserPageActions.Change, UserPageActions.Disable, UserPageActions.Enable, UserPageActions.Block, UserPageActions.Unblock,
        UserPageActions.Erase, UserPageActions.EndSession, UserPageActions.EndSessions, UserPageActions.RemoveFactor,
        UserPageActions.RemoveFactors, UserPageActions.WithdrawConsent, UserPageActions.GiveRole, UserPageActions.TakeRole,
    ];

    [BindProperty(SupportsGet = true, Name = "id")]
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
        registry.Current.Attributes.All.Count == 0 ? s_actions : [.. s_actions, ChangeAttributes];

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
        if (action.Name == ChangeAttributes.Name)
            return [.. registry.Current.Attributes.All.Select(AttributeFieldOf)];
        var fields = base.FieldsOf(action);
        return action == UserPageActions.GiveRole
            ? [.. fields.Select(field => field.Name == "role"
                ? field with { Kind = "select", Options = [.. _roleNames.Select(name => (name, name))] }
                : field with { Value = field.Value ?? Shown.Text("organization") })]
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

    protected override ShownObject CurrentOf(PageAction action) => action == UserPageActions.Change ? Shown : default;

    // The schema may change from request to request.
    private PageAction ChangeAttributes => new("change_attributes", "adminChangeUser")
    {
        IsAlwaysAsked = true,
        Body = form => new JsonObject
        {
            ["attributes"] = new JsonObject(
                registry.Current.Attributes.All
                    .Where(one => form.ContainsKey(UserPageActions.AttributePrefix + one.Name))
                    .Select(one => KeyValuePair.Create(
                        one.Name, AttributeOf(one, form[UserPageActions.AttributePrefix + one.Name].FirstOrDefault()?.Trim())))),
        },
    };

    private static string? TagIn(ShownList list, string key, string? target) =>
        list.Items.Where(item => item.Text(key) == target).Select(item => item.Tag).FirstOrDefault();

    private FormField AttributeFieldOf(UserAttributeDefinition one)
    {
        var name = UserPageActions.AttributePrefix + one.Name;
        var value = TypedOf(ChangeAttributes, name) ?? Shown.Object("attributes").Text(one.Name);
        var shown = one.List ? value?.Replace(", ", "\n", StringComparison.Ordinal) : value;
        return new FormField(name, one.DisplayName ?? one.Name, KindOf(one), shown)
        {
            Options = OptionsOf(one),
            IsRequired = one.Required,
        };
    }

    private IReadOnlyList<(string, string)> OptionsOf(UserAttributeDefinition one) => one.Type switch
    {
        AttributeType.Enum => [("", ""), .. one.Values.Select(value => (value, value))],
        AttributeType.Boolean => [("", ""), ("true", Text["cr.yes"]), ("false", Text["cr.no"])],
        _ => [],
    };

    private static string KindOf(UserAttributeDefinition one) => one switch
    {
        { List: true } => "textarea",
        { Type: AttributeType.Enum or AttributeType.Boolean } => "select",
        { Type: AttributeType.Date } => "date",
        _ => "text",
    };

    private static JsonNode? AttributeOf(UserAttributeDefinition one, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return one.List
            ? new JsonArray([.. text.Split(['\n', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => ValueOf(one, line))])
            : ValueOf(one, text);
    }

    private static JsonNode ValueOf(UserAttributeDefinition one, string text) => one.Type switch
    {
        AttributeType.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
            number,
        AttributeType.Boolean when text is "true" or "false" => text == "true",
        _ => text,
    };
}
