using IdentityHub.Protocol;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Grants.Device;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Devices that wait, and users who decide about them.</summary>
internal static class Devices
{
    public const string Endpoint = "/connect/deviceauthorization";

    /// <summary>
    /// The configuration of a public device, one that also refreshes, one with a secret, and a client that is none; ends with a line break.
    /// </summary>
    public const string Clients =
        """
        clients:
          - { client_id: tv, token_endpoint_auth_method: none, grant_types: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token], scope: openid profile email offline_access orders.read }
          - { client_id: other-tv, token_endpoint_auth_method: none, grant_types: ["urn:ietf:params:oauth:grant-type:device_code"], scope: openid profile }
          - { client_id: box, client_name: The box, grant_types: ["urn:ietf:params:oauth:grant-type:device_code"], client_secrets: [{ value: "plain:box-secret" }], scope: openid orders.read, default_scope: orders.read, access_token_format: reference }
          - { client_id: app, grant_types: [password], client_secrets: [{ value: "plain:app-secret" }], scope: openid }

        """;

    /// <summary>The device authorization request of a public client.</summary>
    public static Task<Answer> StartDeviceAsync(this HttpClient client, string clientId = "tv", string? scope = null) =>
        client.PostFormAsync(Endpoint, [("client_id", clientId), .. scope is null ? [] : new[] { ("scope", scope) }]);

    /// <summary>The token request of a public client.</summary>
    public static Task<Answer> PollAsync(this HttpClient client, string? deviceCode, string clientId = "tv") =>
        client.TokenAsync(("grant_type", GrantTypes.DeviceCode), ("client_id", clientId), ("device_code", deviceCode ?? ""));

    /// <summary>Signs a user's browser in.</summary>
    public static async Task<StoredBrowserSession> SignInAsync(this Hub hub, string userName = "alice")
    {
        var context = hub.NewRequestContext();
        var sessions = hub.Services.GetRequiredService<BrowserSessions>();
        var user = await hub.Services.GetRequiredService<UserDirectory>().FindCredentialAsync(userName, CancellationToken.None);
        var proven = AuthenticatedUser.ByFactor(user!, "pwd", context.Now);
        var login = await hub.Services.GetRequiredService<LoginPolicy>().AdmitAsync(proven, context, CancellationToken.None);
        var started = await sessions.StartAsync(login.Value!, remember: false, handle: null, context, CancellationToken.None);
        return (await sessions.FindAsync(started.Value!.Handle, context.Now, CancellationToken.None))!;
    }

    /// <summary>Looks at a device.</summary>
    public static Task<Outcome<WaitingDevice>> FindDeviceAsync(
        this Hub hub, string userCode, StoredBrowserSession session, string address = "127.0.0.1") =>
        hub
            .Services.GetRequiredService<DeviceApproval>()
            .FindAsync(userCode, session, hub.NewRequestContext(address), CancellationToken.None);

    /// <summary>Decides about a device.</summary>
    public static Task<Outcome<WaitingDevice>> DecideAsync(
        this Hub hub, string userCode, bool approved, StoredBrowserSession session, string address = "127.0.0.1") =>
        hub
            .Services.GetRequiredService<DeviceApproval>()
            .DecideAsync(userCode, approved, session, hub.NewRequestContext(address), CancellationToken.None);

    /// <summary>A device that its user has let in, ready to collect its tokens.</summary>
    public static async Task<Answer> StartApprovedAsync(
        this Hub hub, string clientId = "tv", string? scope = null, StoredBrowserSession? session = null)
    {
        var device = await hub.Client.StartDeviceAsync(clientId, scope);
        var decided = await hub.DecideAsync(device["user_code"]!, approved: true, session ?? await hub.SignInAsync());
        return decided.Succeeded ? device : throw new InvalidOperationException(decided.Error.ToString());
    }

    /// <summary>A device that the user of a browser lets in on the page.</summary>
    /// <returns>Its device code.</returns>
    public static async Task<string> AllowDeviceAsync(this Hub hub, Browser browser)
    {
        var device = await hub.Client.StartDeviceAsync();
        var found = await browser.PostAsync("/device", [.. await FieldsAsync(browser), ("user_code", device["user_code"]!)]);
        var done = await browser.SubmitAsync(
            found, found.Document.Forms.Single(form => form.GetAttribute("action") == "/device?handler=Decide"), ("decision", "allow"));
        return done.Document.QuerySelector("[role=status]") is not null
            ? device["device_code"]!
            : throw new InvalidOperationException($"The device is not let in: {done.Answer}");
    }

    private static async Task<IEnumerable<(string Name, string Value)>> FieldsAsync(Browser browser) =>
        (await browser.GetAsync("/device")).Document.Forms.First(form => form.GetAttribute("action") == "/device")
            .QuerySelectorAll("input[type=hidden]").Select(field => (field.GetAttribute("name")!, field.GetAttribute("value")!));

    public static RequestContext NewRequestContext(this Hub hub, string address = "127.0.0.1") =>
        new("device", address, "Browser", hub.Time.GetUtcNow());
}
