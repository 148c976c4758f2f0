using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Clients;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Dialects;

/// <summary>Who is set up for older APIs of these names.</summary>
/// <param name="Names">One, or one for each of its parts.</param>
/// <param name="List">Who is set up for the part of a name.</param>
internal sealed record DialectCallerSource(
    IReadOnlyList<string> Names, Func<string, RegistrySnapshot, StoredCallers, DialectCallers> List);

/// <summary>Callers that are not in the configuration alone.</summary>
/// <param name="ServiceUsers">All service users.</param>
/// <param name="ApiKeys">Names of all API keys that are good at the moment.</param>
internal sealed record StoredCallers(IReadOnlyList<RoleHolder> ServiceUsers, IReadOnlyCollection<string> ApiKeys);

/// <summary>Who is set up for an older API.</summary>
/// <param name="Kind">What a caller is.</param>
/// <param name="Allowed">By name, whether the caller may call at the moment.</param>
internal sealed record DialectCallers(DialectCallerKind Kind, IReadOnlyDictionary<string, bool> Allowed)
{
    /// <summary>
    /// The name under which all callers of this kind are counted together, where they are: every other name is that of an API key.
    /// </summary>
    public string? CountedTogether { get; init; }

    /// <summary>What the caller of a name is.</summary>
    public DialectCallerKind KindOf(string id) => CountedTogether is { } all && id != all ? DialectCallerKind.ApiKey : Kind;

    /// <summary>Under which name a report writes one of them.</summary>
    public string Member => Kind == DialectCallerKind.ServiceUser ? "user_name" : "client_id";

    /// <summary>Callers that are clients: those whose configuration names the older API.</summary>
    /// <param name="mayCall">What else it needs of a client; null for nothing.</param>
    public static DialectCallers OfClients(string name, RegistrySnapshot snapshot, Func<ClientDefinition, bool>? mayCall = null) =>
        new(
            DialectCallerKind.Client,
            snapshot.Document.Clients.Where(client => client.Dialects.Contains(name, StringComparer.Ordinal)).ToDictionary(
                client => client.ClientId,
                client => client.Enabled && !client.SuspendedDialects.Contains(name, StringComparer.Ordinal)
                    && mayCall?.Invoke(client) != false,
                StringComparer.Ordinal));
}

/// <summary>What a caller of an older API is.</summary>
internal enum DialectCallerKind
{
    Client,

    /// <summary>A user with the role service.</summary>
    ServiceUser,

    /// <summary>A tenant of the open endpoints.</summary>
    Tenant,

    /// <summary>All login sessions together: their calls name no client.</summary>
    LoginSessions,

    /// <summary>An integrated system with an API key.</summary>
    ApiKey,
}
