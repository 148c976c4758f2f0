using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Settings;

namespace IdentityHub.Server.Clients;

/// <summary>
/// The clients of endpoints whose callers name none: a token always belongs to a client, and ends when the client is removed. Each is there
/// while its dialect is on, is public (the holder of one of its tokens may revoke it), and has no grant: nothing is issued to it at any
/// other endpoint. The control room is a client of its own, which signs users in as any application does.
/// </summary>
internal static class BuiltInClient
{
    private static readonly TimeSpan ApiTokenLifetime = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan ClientTokenLifetime = TimeSpan.FromHours(12);

    /// <summary>Those of the dialects that are on.</summary>
    public static IEnumerable<Client> Of(DialectsDefinition dialects)
    {
        // An API checks it by the published keys; the contract says so.
        if (dialects.ServiceUser is { Enabled: true } serviceUser)
            yield return New(
                BuiltInClients.ServiceUser, "Service users", ["openid"], AccessTokenFormat.Jwt,
                serviceUser.AccessTokenLifetime ?? ApiTokenLifetime);

        // Opaque: it is invalid on every node as soon as its session has ended.
        if (dialects.ClientAccounts is { Enabled: true } accounts)
        {
            yield return New(
                BuiltInClients.ClientAccounts, "Client accounts", ["openid", "profile", "email", "phone"], AccessTokenFormat.Reference,
                accounts.AccessTokenLifetime ?? ClientTokenLifetime);
        }
    }

    /// <summary>
    /// The control room: a public client that gets codes at an address of the server itself. Null where it is switched off. Decision 0045.
    /// </summary>
    public static Client? ControlRoom(HubSettings settings) => settings.ControlRoom.Enabled
        ? new Client(new ClientDefinition
        {
            ClientId = BuiltInClients.ControlRoom,
            ClientName = "Control room",
            TokenEndpointAuthMethod = ClientAuthMethods.None,
            GrantTypes = [GrantTypes.AuthorizationCode],
            RedirectUris = [settings.Issuer + ControlRoomSettings.CallbackPath],
            Scope = ["openid"],
            RequireMfa = settings.ControlRoom.RequireSecondFactor ?? !settings.IsDevelopment,
            AccessTokenFormat = AccessTokenFormat.Reference,
        })
        : null;

    private static Client New(string id, string name, IReadOnlyList<string> scopes, AccessTokenFormat format, TimeSpan lifetime) =>
        new(new ClientDefinition
        {
            ClientId = id,
            ClientName = name,
            TokenEndpointAuthMethod = ClientAuthMethods.None,
            Scope = scopes,
            Dialects = [id],
            AccessTokenFormat = format,
            AccessTokenLifetime = lifetime,
        })
        {
            LoginLifetime = lifetime,
        };
}
