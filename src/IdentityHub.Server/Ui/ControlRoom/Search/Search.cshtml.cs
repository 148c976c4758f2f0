using IdentityHub.Protocol;
using IdentityHub.Storage.Audit.Reading;

namespace IdentityHub.Server.Ui.ControlRoom.Search;

/// <summary><c>/admin/search</c>: users, organizations and clients by their beginnings, and a request by its trace id.</summary>
internal sealed class SearchModel(ControlRoomAccess access) : ControlRoomPage("admin/search", access)
{
    private const string Most = "10";
    private const int MostLetters = 256;
    private const string ClientsPath = "/admin/clients";

    public override ControlRoomArea Area => ControlRoomAreas.Search;

    public string Sought { get; private set; } = "";

    public ShownList Users { get; private set; } = ShownList.Empty;

    public ShownList Organizations { get; private set; } = ShownList.Empty;

    public ShownList Clients { get; private set; } = ShownList.Empty;

    /// <summary>The page of a client; null where there are no such pages.</summary>
    public static string? AddressOfClient(string id) => ControlRoomAreas.All.Any(area => area.Path == ClientsPath)
        ? $"{ClientsPath}/{Uri.EscapeDataString(id)}"
        : null;

    /// <summary>The explanation of the request whose trace id is sought; null where none is.</summary>
    public string? TraceAddress { get; private set; }

    protected override async Task<Refusal?> LoadAsync()
    {
        Sought = (Request.Query["q"].FirstOrDefault() ?? "").Trim();
        ViewData["Sought"] = Sought;
        if (Sought.Length is 0 or > MostLetters || Sought.Any(char.IsControl))
            return null;
        if (TraceIds.Parse(Sought) is { } trace && ControlRoomAreas.Audit.IsOpenTo(Visit.Rights))
            TraceAddress = $"{ControlRoomAreas.Audit.Path}/{TraceIds.Format(trace)}";
        Users = await ListAsync("adminListUsers", [], ("search", Sought), ("limit", Most));
        Organizations = await ListAsync("adminListOrganizations", [], ("search", Sought), ("limit", Most));
        Clients = await ListAsync("adminListClients", [], ("prefix", Sought), ("limit", Most));
        if (Users.Items.Count == 0 && Guid.TryParseExact(Sought, "D", out var id)
            && await ReadAsync("adminGetUser", ("user_id", id.ToString())) is { Succeeded: true, Value: var user })
            Users = new ShownList([ShownObject.Of(user)], null, null);
        return null;
    }
}
