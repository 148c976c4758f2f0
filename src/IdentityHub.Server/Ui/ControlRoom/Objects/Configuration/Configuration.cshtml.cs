using IdentityHub.Protocol;

namespace IdentityHub.Server.Ui.ControlRoom.Objects.Configuration;

/// <summary>
/// <c>/admin/configuration</c>: which configuration is in force, how it differs from the files, its generations, and what the API made as a
/// file.
/// </summary>
internal sealed class ConfigurationModel(ControlRoomAccess access) : ControlRoomPage("admin/configuration", access)
{
    private const string ShowParameter = "show";
    private const int Hash = 12;

    /// <summary>The page with the export.</summary>
    public const string ExportPath = $"/admin/configuration?{ShowParameter}=export#export";

    public override ControlRoomArea Area => ControlRoomAreas.Configuration;

    public ShownObject State { get; private set; }

    public ShownObject Drift { get; private set; }

    /// <summary>What the API made as a file, where it is asked for: it may be long.</summary>
    public ShownObject Export { get; private set; }

    /// <summary>True where the export is to be shown.</summary>
    public bool IsExportAsked => Request.Query[ShowParameter].FirstOrDefault() == "export";

    public ShownList Generations { get; private set; } = ShownList.Empty;

    public TableView DriftTable => new(
        "drift", Text["cr.config.drift"],
        [Text["cr.config.kind"], Text["cr.field.name"], Text["cr.config.action"], Text["cr.objects.owner"], Text["cr.config.changes"]],
        [
            .. Drift.Objects("items").Select(one => (IReadOnlyList<Cell>)
            [
                Cell.Code(one.Text("kind")), LinkOf(one), new(Text[$"cr.config.action.{one.Text("action")}"]),
                Cell.Code(one.Text("file") is { } file ? $"{file}:{one.Text("line")}" : null),
                new(string.Join("; ", one.Objects("changes").Select(ChangeOf))),
            ]),
        ],
        Text["cr.config.drift.none"]);

    public TableView KindTable => new(
        "kinds", Text["cr.config.objects"], [Text["cr.config.kind"], Text["cr.config.of_files"], Text["cr.config.of_api"]],
        [
            .. State.Objects("objects").Select(kind => (IReadOnlyList<Cell>)
                [Cell.Code(kind.Text("kind")), new(kind.Text("of_files")), new(kind.Text("of_api"))]),
        ],
        "");

    public TableView GenerationTable => new(
        "generations", Text["cr.config.generations"], [Text["cr.config.number"], Text["cr.config.hash"], Text["cr.config.applied_at"]],
        [
            .. Generations.Items.Select(one => (IReadOnlyList<Cell>)
                [new(one.Text("number")), Cell.Code(Short(one.Text("hash"))), Cell.At(one.Time("applied_at"))]),
        ],
        Text["cr.config.generations.none"],
        Generations.NextCursor is { } cursor
            ? RedirectUris.WithQuery(Request.Path.ToUriComponent(), $"cursor={Uri.EscapeDataString(cursor)}")
            : null);

    /// <summary>The beginning of a hash.</summary>
    public static string? Short(string? hash) => hash?.Length > Hash ? hash[..Hash] : hash;

    protected override async Task<Refusal?> LoadAsync()
    {
        var state = await ReadAsync("adminGetConfigurationState");
        if (!state.Succeeded)
            return state.Error;
        State = ShownObject.Of(state.Value);
        if (await ReadAsync("adminGetConfigurationDrift") is { Succeeded: true, Value: var drift })
            Drift = ShownObject.Of(drift);
        if (IsExportAsked)
        {
            var export = await ReadAsync("adminExportConfiguration");
            if (!export.Succeeded)
                return export.Error;
            Export = ShownObject.Of(export.Value);
        }

        Generations = await ListAsync(
            "adminListGenerations", [], ("limit", "20"), ("cursor", Request.Query["cursor"].FirstOrDefault()));
        return null;
    }

    // An object that is not in the database yet has no page.
    private static Cell LinkOf(ShownObject one)
    {
        var (kind, name) = (one.Text("kind"), one.Text("name"));
        if (one.Text("action") == "create")
            return new(name);
        return kind switch
        {
            "clients" => Cell.To(name, $"/admin/clients/{Uri.EscapeDataString(name!)}"),
            "dialects" => Cell.To(name, $"/admin/dialects/{Uri.EscapeDataString(name!)}"),
            _ => ObjectKinds.All.FirstOrDefault(known => known.Kind.Kind == kind) is { } known
                ? Cell.To(name, known.PathOf(name!))
                : new(name),
        };
    }

    private static string ChangeOf(ShownObject change) => change.Text("note") is { } note
        ? $"{change.Text("key")}: {note}"
        : $"{change.Text("key")}: {change.Text("stored") ?? "–"} → {change.Text("in_files") ?? "–"}";
}
