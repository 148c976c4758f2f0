using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Storage.DialectUse;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Dialects;

/// <summary>A caller of an older API.</summary>
/// <param name="Id">As its calls are counted: a client, the user name of a service user, a tenant.</param>
/// <param name="Name">What administrators see; null for none.</param>
/// <param name="Contacts">Whom to tell.</param>
/// <param name="IsAllowed">True where it may call at the moment, if the older API is on.</param>
/// <param name="Calls">In the days that were asked about.</param>
/// <param name="LastSeenAt">Null where no call is remembered.</param>
/// <param name="WouldBeRefused">True where it called in these days and would no longer be answered once the older API is off.</param>
internal sealed record DialectCallerRow(
    string Id, DialectCallerKind Kind, string? Name, IReadOnlyList<string> Contacts, bool IsAllowed, long Calls, DateTimeOffset? LastSeenAt,
    bool WouldBeRefused)
{
    /// <summary>Shows nothing of the contacts.</summary>
    public override string ToString() => $"{nameof(DialectCallerRow)} {{ {Id} }}";
}

/// <summary>One older API, or one of a client, with what is known of its use.</summary>
/// <param name="Definition">As it is configured; null where no file names it.</param>
/// <param name="Days">Calls by day, the first first; days without calls are left out.</param>
internal sealed record DialectUseReport(
    string Dialect, DialectDefinition? Definition, long Calls, DateTimeOffset? LastSeenAt, IReadOnlyList<CalledDay> Days)
{
    public bool IsOn => Definition is { Enabled: true };
}

/// <summary>Says who uses the older APIs, and who would be refused if one were switched off.</summary>
internal sealed class DialectReports(
    DialectUseStore uses, StoredCallerStore stored, ClientRegistry registry, IEnumerable<DialectCallerSource> dialects)
{
    private readonly Dictionary<string, DialectCallerSource> _byName = dialects
        .SelectMany(dialect => dialect.Names, (dialect, name) => (name, dialect))
        .ToDictionary(named => named.name, named => named.dialect, StringComparer.Ordinal);

    /// <summary>True where an older API is on.</summary>
    public bool IsOn(string dialect) => registry.Current.Document.Dialects.Find(dialect) is { Enabled: true };

    /// <summary>The use of an older API by all callers together.</summary>
    /// <param name="dialect">One of <see cref="DialectNames"/>.</param>
    /// <param name="since">The first day, a midnight UTC.</param>
    public async Task<DialectUseReport> ReadAsync(string dialect, DateTimeOffset since, CancellationToken cancelled)
    {
        var used = await uses.ListCallersAsync(dialect, since, cancelled);
        return new(
            dialect, registry.Current.Document.Dialects.Find(dialect), used.Sum(use => use.Calls),
            used.Max(use => (DateTimeOffset?)use.LastSeenAt), await uses.ListTotalsAsync(dialect, since, cancelled));
    }

    /// <summary>Everybody who may call an older API, and those who did and may no longer, in the order of their names.</summary>
    /// <param name="dialect">One of <see cref="DialectNames"/>.</param>
    /// <param name="since">The first day, a midnight UTC.</param>
    public async Task<IReadOnlyList<DialectCallerRow>> ListCallersAsync(
        string dialect, DateTimeOffset since, DateTimeOffset now, CancellationToken cancelled)
    {
        var snapshot = registry.Current;
        var others = await stored.ReadAsync(snapshot, now, cancelled);
        var callers = _byName[dialect].List(dialect, snapshot, others);
        var used = (await uses.ListCallersAsync(dialect, since, cancelled)).ToDictionary(use => use.ClientId, StringComparer.Ordinal);
        var known = KnownOf(callers.Kind, snapshot.Document, others.ServiceUsers);
        var isOn = snapshot.Document.Dialects.Find(dialect) is { Enabled: true };
        return
        [
            .. callers.Allowed.Keys.Union(used.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(id =>
            {
                var (name, contacts) = known.GetValueOrDefault(id, (null, []));
                var isAllowed = callers.Allowed.GetValueOrDefault(id);
                var use = used.GetValueOrDefault(id);
                return new DialectCallerRow(
                    id, callers.KindOf(id), name, contacts, isAllowed, use?.Calls ?? 0, use?.LastSeenAt,
                    isOn && isAllowed && use is { Calls: > 0 });
            }),
        ];
    }

    /// <summary>The older APIs that a client may use, has used, or is suspended at, with its use of each.</summary>
    /// <returns>Null where there is no such client.</returns>
    public async Task<IReadOnlyList<(DialectUseReport Use, DialectState State)>?> ListOfClientAsync(
        string clientId, DateTimeOffset since, CancellationToken cancelled)
    {
        var document = registry.Current.Document;
        if (document.Clients.FirstOrDefault(client => client.ClientId == clientId) is not { } client)
            return null;
        var found = new List<(DialectUseReport, DialectState)>();
        foreach (var dialect in DialectNames.All)
        {
            var use = await uses.FindAsync(dialect, clientId, DialectOperations.MostDays, cancelled);
            var state = client.SuspendedDialects.Contains(dialect) ? DialectState.Suspended
                : client.Dialects.Contains(dialect) ? DialectState.Allowed
                : DialectState.NotAllowed;
            if (use is null && state == DialectState.NotAllowed)
                continue;
            var days = use?.Days.Where(day => day.Day >= since).ToList() ?? [];
            found.Add((new(dialect, document.Dialects.Find(dialect), days.Sum(day => day.Calls), use?.LastSeenAt, days), state));
        }

        return found;
    }

    private static Dictionary<string, (string? Name, IReadOnlyList<string> Contacts)> KnownOf(
        DialectCallerKind kind, ConfigDocument document, IReadOnlyList<RoleHolder> holders) => kind switch
        {
            DialectCallerKind.ServiceUser => holders.ToDictionary(
                user => user.UserName, user => ((string?)null, (IReadOnlyList<string>)(user.Email is { } email ? [email] : [])),
                StringComparer.Ordinal),
            DialectCallerKind.Tenant => document.Tenants.ToDictionary(
                tenant => Tenant.ClientIdOf(tenant.Alias), tenant => ((string?)null, tenant.Contacts), StringComparer.Ordinal),
            _ => document.Clients.ToDictionary(
                client => client.ClientId, client => (client.ClientName, client.Contacts), StringComparer.Ordinal),
        };
}

/// <summary>Whether a client may use an older API.</summary>
internal enum DialectState
{
    Allowed,

    /// <summary>Its configuration names the older API, and suspends it.</summary>
    Suspended,

    /// <summary>Its configuration does not name it.</summary>
    NotAllowed,
}
