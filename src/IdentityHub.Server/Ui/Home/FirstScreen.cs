using IdentityHub.Protocol;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Ui.Home;

/// <summary>One thing to try.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Command">A shell line that works as it stands.</param>
internal sealed record Example(string Title, string Command);

/// <summary>One page to open in a browser.</summary>
internal sealed record Link(string Title, string Address);

/// <summary>
/// What a newcomer sees first, on the console and at <c>/</c>: the address, the clients, and lines to try. A line is shown only while the
/// configuration in force makes it work.
/// </summary>
internal sealed class FirstScreen(ClientRegistry registry, AppliedFiles files, IOptions<HubSettings> settings)
{
    private const string DemoMachine = "demo-machine";
    private const string DemoMachineSecret = "demo-machine-secret";
    private const string DemoApp = "abc123";
    private const string DemoAppSecret = "456789";
    private const string DemoWeb = "demo-web";
    private const string DemoUser = "alice";
    private const string DemoPassword = "Alice-Pass-1234";
    private const string DemoApi = "orders";
    private const string DemoApiSecret = "orders-secret";

    /// <summary>Where the server is reached.</summary>
    public string Issuer => settings.Value.Issuer;

    /// <summary>True where clients and examples may be shown without a login.</summary>
    public bool ShowsDemo => settings.Value.IsDevelopment;

    /// <summary>First 12 hex digits of the generation in force.</summary>
    public string Generation => registry.Current.Generation is { Length: > 12 } whole ? whole[..12] : registry.Current.Generation;

    /// <summary>Every client with its grants, in the order of their ids.</summary>
    public IEnumerable<(string Id, string Name, string Grants)> Clients =>
        registry.Current.Document.Clients.Select(client =>
            (client.ClientId, client.ClientName ?? "", string.Join(", ", client.GrantTypes.Select(Short))));

    /// <summary>The lines to try.</summary>
    public IEnumerable<Example> Examples()
    {
        if (HasSecret(DemoMachine, DemoMachineSecret))
            yield return new(
                "A token for a back end",
                $"curl -s {Issuer}/connect/token -u {DemoMachine}:{DemoMachineSecret} -d grant_type=client_credentials");
        if (HasSecret(DemoApp, DemoAppSecret) && HasDemoUser)
        {
            yield return new(
                "A token for a person, in the older JSON dialect",
                $$"""curl -s {{Issuer}}/oauth/v2/token -d '{"grant_type":"password","client_id":"{{DemoApp}}","client_secret":"{{DemoAppSecret}}","username":"{{DemoUser}}","password":"{{DemoPassword}}"}'""");
        }

        if (HasSecret(DemoApp, DemoAppSecret)
            && registry.Current.Find(DemoApp) is { Otp.Enabled: true }
            && registry.Current.Document.Dialects.Otp is { Enabled: true })
        {
            yield return new(
                $"A one-time password for a person, which lands at {Issuer}{WellKnown.DevOutbox}",
                $$"""curl -s {{Issuer}}/otp/send -H "Authorization: Bearer $(curl -s {{Issuer}}/oauth/v2/token -d '{"grant_type":"client_credentials","client_id":"{{DemoApp}}","client_secret":"{{DemoAppSecret}}"}' | grep -o 'iha_[^"]*')" -d '{"email":"someone@example.com"}'""");
        }

        if (registry.Current.Document.Dialects.Lsid is { Enabled: true } && HasDemoUser)
        {
            yield return new(
                "A login session for code that acts for a person",
                $$"""curl -s {{Issuer}}/authenticate/{{DemoUser}} -d '{"password":"{{DemoPassword}}"}'""");
        }

        if (HasSecret(DemoMachine, DemoMachineSecret) && HasSecret(DemoApi, DemoApiSecret))
        {
            yield return new(
                "What an API learns about a token",
                $"curl -s {Issuer}/connect/introspect -u {DemoApi}:{DemoApiSecret} -d token=$(curl -s {Issuer}/connect/token -u "
                    + $"{DemoMachine}:{DemoMachineSecret} -d grant_type=client_credentials | grep -o 'eyJ[^\"]*')");
        }

        yield return new("Everything a client library wants to know", $"curl -s {Issuer}{WellKnown.OpenIdConfiguration}");
    }

    /// <summary>The pages to try, and the users to try them with.</summary>
    public IEnumerable<Link> Links()
    {
        yield return new("Documentation: how to get started, and every call with code", Issuer + WellKnown.Docs);
        yield return new("Every call to try out", $"{Issuer}{WellKnown.Docs}/try/index.html");
        if (settings.Value.ControlRoom.Enabled)
            yield return new("The control room, for users with the role admin", Issuer + "/admin");
        yield return new("What the server would have sent by e-mail and text message", Issuer + WellKnown.DevOutbox);
        if (!HasDemoUser)
            yield break;
        yield return new($"The account of {DemoUser} (password {DemoPassword})", Issuer + WellKnown.Account);
        if (registry.Current.Find(DemoWeb) is { Enabled: true, RedirectUris: [var back, ..] })
        {
            yield return new(
                $"A login for an application, which ends at {back} with a code, whether anybody listens there or not",
                $"{Issuer}/connect/authorize?client_id={DemoWeb}&response_type=code&scope=openid%20profile%20email&redirect_uri="
                    + $"{Uri.EscapeDataString(back)}");
        }
    }

    // The snapshot in force leaves users out; the files that were applied have them.
    private bool HasDemoUser =>
        files.Document is { } applied
        && applied.Users.Any(user => user is { UserName: DemoUser, Enabled: true } && user.Password?.Reveal() == DemoPassword);

    private bool HasSecret(string clientId, string secret) =>
        registry.Current.Find(clientId) is { Enabled: true } client
        && client.Secrets.Any(digest => digest.Matches(secret, TokenHash.Of(secret)));

    private static string Short(string grant) => grant[(grant.LastIndexOf(':') + 1)..];
}
