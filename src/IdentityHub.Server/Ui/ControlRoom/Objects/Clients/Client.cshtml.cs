using System.Globalization;
using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Ui.ControlRoom.Objects.Clients;

/// <summary>
/// <c>/admin/clients/CLIENT</c>: a client with its secrets, the older APIs that it uses, and whom to tell before one of them ends.
/// </summary>
internal sealed class ClientModel(ControlRoomAccess access) : SingleObjectPage("admin/clients", access)
{
    private const string Suspend = "suspend-", Otp = "otp-";

    public override ObjectKind Kind => ClientListModel.Clients;

    public ShownList Secrets { get; private set; } = ShownList.Empty;

    public ShownList Dialects { get; private set; } = ShownList.Empty;

    protected override IReadOnlyList<PageAction> Actions =>
    [
        .. base.Actions,
        new("client_dialects", Kind.Change) { IsDangerous = true, Body = SuspendedOf },
        new("client_otp", Kind.Change) { IsAlwaysAsked = true, IsSensitive = true, Body = OtpOf },
    ];

    /// <summary>The table of secrets.</summary>
    public TableView SecretTable => new(
        "secrets", Text["cr.client.secrets"],
        [
            "#", Text["cr.field.state"], Text["cr.field.algorithm"], Text["cr.field.not_before"], Text["cr.field.expires_at"],
            Text["cr.field.last_used_at"],
        ],
        [
            .. Secrets.Items.Select(secret => (IReadOnlyList<Cell>)
            [
                new(secret.Text("number")), Cell.Badge(Text[$"cr.secret.{secret.Text("state")}"]), Cell.Code(secret.Text("algorithm")),
                Cell.At(secret.Time("not_before")), Cell.At(secret.Time("expires_at")), Cell.At(secret.Time("last_used_at")),
            ]),
        ],
        Text["cr.client.secrets.none"]);

    /// <summary>The table of older APIs.</summary>
    public TableView DialectTable => new(
        "dialects", Text["cr.nav.dialects"],
        [
            Text["cr.dialect"], Text["cr.field.state"], Text["cr.field.calls_90"], Text["cr.field.last_seen_at"],
            Text["cr.field.deprecation"], Text["cr.field.sunset"],
        ],
        [
            .. Dialects.Items.Select(dialect => (IReadOnlyList<Cell>)
            [
                Cell.To(dialect.Text("dialect"), $"/admin/dialects/{dialect.Text("dialect")}"),
                new(Text[$"cr.dialect.state.{dialect.Text("state")}"]),
                new(dialect.Number("calls").ToString("N0", CultureInfo.GetCultureInfo(Text.Language))),
                Cell.At(dialect.Time("last_seen_at")), new(dialect.Text("deprecation")), new(dialect.Text("sunset")),
            ]),
        ],
        Text["cr.client.dialects.none"]);

    /// <summary>Calls by day of all older APIs together.</summary>
    public DayChart Chart => DayChart.Of(Text["cr.client.dialects.chart"], Dialects.Items.SelectMany(DayChart.DaysOf), Context.Now);

    public override IReadOnlyList<FormField> FieldsOf(PageAction action) => action.Name switch
    {
        "client_dialects" =>
        [
            .. Object.Texts("dialects").Select(dialect => new FormField(
                Suspend + dialect, Text.With("cr.client.suspend", ("dialect", dialect)), "checkbox",
                Object.Texts("suspended_dialects").Contains(dialect) ? "true" : null)),
        ],
        "client_otp" =>
        [
            OtpField(action, "enabled", "checkbox"), OtpField(action, "ttl", "text", "cr.client.otp.ttl.hint"),
            OtpField(action, "digits", "number"), OtpField(action, "allow_new_users", "checkbox"),
        ],
        _ => base.FieldsOf(action),
    };

    protected override async Task<Refusal?> LoadAsync()
    {
        if (await base.LoadAsync() is { } refusal)
            return refusal;
        Secrets = await ListAsync("adminListClientSecrets", PathValues);
        Dialects = await ListAsync("adminListClientDialects", PathValues, ("days", DayChart.Days.ToString(CultureInfo.InvariantCulture)));
        return null;
    }

    private FormField OtpField(PageAction action, string name, string kind, string? hint = null)
    {
        var current = Object.Object("otp");
        var value = IsTyped(action) ? Request.Form[Otp + name].FirstOrDefault()
            : kind == "checkbox" ? current.Flag(name) ? "true" : null
            : current.Text(name);
        return new(Otp + name, Text[$"cr.client.otp.{name}"], kind, value) { Hint = hint is null ? null : Text[hint] };
    }

    private static JsonObject SuspendedOf(IFormCollection form) => new JsonObject
    {
        ["suspended_dialects"] = new JsonArray(
            [.. DialectNames.All.Where(dialect => form[Suspend + dialect] == "true").Select(dialect => (JsonNode)dialect)]),
    };

    // An empty field brings the default back.
    private static JsonObject OtpOf(IFormCollection form) => new JsonObject
    {
        ["otp"] = new JsonObject
        {
            ["enabled"] = form[Otp + "enabled"] == "true",
            ["ttl"] = form[Otp + "ttl"].FirstOrDefault() is { Length: > 0 } ttl ? ttl.Trim() : null,
            ["digits"] = DigitsOf(form[Otp + "digits"].FirstOrDefault()?.Trim()),
            ["allow_new_users"] = form[Otp + "allow_new_users"] == "true",
        },
    };

    // What is no number stays a text, which the operation refuses.
    private static JsonNode? DigitsOf(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var digits) ? digits
        : string.IsNullOrEmpty(text) ? null
        : text;
}
