using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Support;

/// <summary>A way to a session.</summary>
/// <param name="File">The source file of the server that asks for the session, as far as it is this way's own.</param>
/// <param name="Start">Goes the way, as far as it goes without a second factor.</param>
internal sealed record LoginStarter(string Name, string File, Func<Task<(int Status, string Body)>> Start);

/// <summary>Every way to a session. <c>LoginMatrixTests</c> compares the list with the sources.</summary>
/// <param name="hub">Runs with <see cref="Config"/>.</param>
internal sealed class LoginStarters(Hub hub)
{
    public const string RememberedCookie = "__Host-hub-remembered";

    /// <summary>The user of the pages, of the grants and of login sessions.</summary>
    public const string UserName = "alice";

    public const string Email = "alice@example.com";

    public static readonly string Config = ServiceUsers.ConfigWithCodes
        .Replace(
            "clients:\n",
            """
            tenants:
              - { alias: test_abc, api_keys: [{ value: "plain:TEST_B4BYA15POHYQ284HBND1" }] }
            clients:
              - { client_id: referrals, client_secrets: [{ value: "plain:referrals-secret" }], grant_types: ["urn:ietf:params:oauth:grant-type:jwt-bearer"], tenant: test_abc, scope: openid }
              - { client_id: tv, token_endpoint_auth_method: none, grant_types: ["urn:ietf:params:oauth:grant-type:device_code"], scope: openid }

            """,
            StringComparison.Ordinal)
        .Replace("dialects:\n  oauth-v2", "dialects:\n  open-endpoints: { enabled: true }\n  oauth-v2", StringComparison.Ordinal);

    private readonly Dictionary<string, int> _sent = [];
    private int _users;

    /// <summary>The account of the older API.</summary>
    public TestAccount Account { get; private set; } = null!;

    /// <summary>Signed in as <see cref="UserName"/>: it lets devices in.</summary>
    public Browser DeviceBrowser { get; set; } = null!;

    /// <summary>The query of the pages of the login, with its question mark; empty for none.</summary>
    public string Query { get; set; } = "";

    /// <summary>What the browsers have been given as <see cref="RememberedCookie"/>; null for nothing.</summary>
    public string? Remembered { get; set; }

    /// <summary>
    /// The ways where accounts are made with a password, or, with <c>Registration:VerifiedEmail</c>, those that make accounts in its place.
    /// </summary>
    public async Task<IReadOnlyList<LoginStarter>> AllAsync(bool verifiedEmail = false)
    {
        await hub.ChangeUserAsync(
            (await hub.FindUserAsync(UserName)).Id, user => user.EmailConfirmed = user.PhoneNumberConfirmed = true);
        return verifiedEmail
            ?
            [
                new("sign-up with a code", "Ui/Login/SignUpCode.cshtml.cs", () => TypeCodeAsync("/signup/code", NewAddress())),
                new("link of a sign-up", "Ui/Login/LoginLink.cshtml.cs", () => ClickAsync("/signup/code", NewAddress())),
            ]
            : [.. await ApisAsync(), .. await PagesAsync()];
    }

    /// <summary>Signs a user in on the login page, and puts off the set-up of a second factor where that is asked for.</summary>
    public async Task<Browser> SignInAsync(string userName, string password)
    {
        var browser = NewBrowser();
        var page = await browser.LogInAsync(await browser.GetAsync("/login"), userName, password);
        if (page.Path.StartsWith("/login/enrol", StringComparison.Ordinal))
            page = await browser.SubmitAsync(page, "/login/enrol?handler=Skip");
        Assert.That((page.Path, page.Status), Is.EqualTo(("/account", 200)), page.Answer.Body);
        return browser;
    }

    private async Task<IReadOnlyList<LoginStarter>> ApisAsync()
    {
        var client = hub.Client;
        var apiToken = await client.ApiTokenAsync();
        Account = await client.AccountAsync(apiToken);
        await client.TenantUserAsync("ann", "Ann");
        DeviceBrowser = await SignInAsync(UserName, TokenRequests.AlicePassword);
        return
        [
            new("password grant", "Grants/PasswordGrant.cs", async () => Seen(await client.LoginAsync("app"))),

            // The first proof of an address ends what was there before it: sessions and password.
            new("password grant with a code", "Grants/PasswordGrant.cs", async () =>
                Seen(await client.LoginAsync("open", "+27761234567", await NewCodeAsync("+27761234567")))),
            new("one-time password grant", "Grants/OtpGrant.cs", async () =>
                Seen(await client.RedeemOtpAsync(Email, await NewCodeAsync(Email)))),
            new("JWT bearer grant", "Grants/JwtBearerGrant.cs", async () => Seen(await client.ExchangeAsync(hub.ReadToken("ann")))),
            new("device code grant", "Grants/Device/DeviceCodeGrant.cs", LetDeviceInAsync),
            new("login session", "Dialects/LoginSessions/AuthenticateEndpoint.cs",
                async () => Seen(await client.AuthenticateAsync(UserName, TokenRequests.AlicePassword))),
            new("service user", "Dialects/ClientAccounts/ServiceUser/ServiceUserLogin.cs", async () => Seen(
                await client.CallAsync(
                    HttpMethod.Post, ServiceUsers.LoginPath, """{"username":"service_user","password":"service-Pass-1234"}"""))),
            new("client account", "Dialects/ClientAccounts/AccountLogin.cs",
                async () => Seen(await client.AccountLoginAsync(apiToken, Account))),
            new("sign-up of a client account", "Dialects/ClientAccounts/AccountSignUp.cs", async () =>
            {
                var user = new TestAccount(Guid.NewGuid(), $"new-{++_users}@client.test", "Account-Pass-1", "");
                return Seen(await client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, user.SignUp(), apiToken));
            }),
        ];
    }

    private async Task<IReadOnlyList<LoginStarter>> PagesAsync()
    {
        var owner = await hub.AddUserAsync();
        var passkey = await (await SignInAsync(owner.UserName!, HubUsers.Password)).NewPasskeyAsync();
        return
        [
            new("login page", "Ui/Login/Login.cshtml.cs", async () =>
            {
                var browser = NewBrowser();
                return Seen(await browser.LogInAsync(await browser.GetAsync("/login" + Query), UserName, TokenRequests.AlicePassword));
            }),
            new("passkey", "Ui/Login/LoginPasskey.cshtml.cs", async () =>
            {
                var browser = NewBrowser();
                return Seen(await browser.UsePasskeyAsync(await browser.GetAsync("/login" + Query), passkey));
            }),
            new("code page", "Ui/Login/LoginCode.cshtml.cs", () => TypeCodeAsync("/login/code", Email)),
            new("link in the mail", "Ui/Login/LoginLink.cshtml.cs", () => ClickAsync("/login/code", Email)),
            new("sign-up page", "Ui/Login/SignUp.cshtml.cs", async () =>
            {
                var browser = NewBrowser();
                return Seen(
                    await browser.SubmitAsync(
                        await browser.GetAsync("/signup" + Query), "/signup", ("username", $"carol-{++_users}"),
                        ("password", "some-long-password"), ("repeated_password", "some-long-password")));
            }),
        ];
    }

    private async Task<(int Status, string Body)> LetDeviceInAsync()
    {
        var browser = DeviceBrowser;
        var device = await hub.Client.StartDeviceAsync("tv");
        var found = await browser.SubmitAsync(await browser.GetAsync("/device"), "/device", ("user_code", device["user_code"]));
        if (found.Document.QuerySelector("button[value=allow]") is null)
        {
            // Where both factors are asked for, so does the way on: the browser stands for none of them there.
            return Query.Length == 0
                ? Seen(found)
                : Seen(
                    await browser.LogInAsync(
                        await browser.GetAsync(found.Document.QuerySelector("form .actions a.button")!.GetAttribute("href")!), UserName,
                        TokenRequests.AlicePassword));
        }

        await browser.SubmitAsync(found, "/device?handler=Decide", ("decision", "allow"));
        return Seen(await hub.Client.PollAsync(device["device_code"]));
    }

    private async Task<(int Status, string Body)> TypeCodeAsync(string path, string address)
    {
        var (browser, sent) = await AskAsync(path, address);
        return Seen(await browser.SubmitAsync(sent, path, ("code", await hub.CodeAsync(address, _sent[address]))));
    }

    private async Task<(int Status, string Body)> ClickAsync(string path, string address)
    {
        var (browser, _) = await AskAsync(path, address);
        await hub.CodeAsync(address, _sent[address]);
        const string start = "/login/link?token=";
        var text = hub.SentTo(address).Select(mail => mail.Text.Text).First(text => text.Contains(start, StringComparison.Ordinal));
        var link = text[text.IndexOf(start, StringComparison.Ordinal)..].Split('\n')[0].Trim();
        return Seen(await browser.SubmitAsync(await browser.GetAsync(link), "/login/link"));
    }

    private async Task<(Browser Browser, Page Sent)> AskAsync(string path, string address)
    {
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        _sent[address] = hub.CodesTo(address).Count + 1;
        var browser = NewBrowser();
        return (browser, await browser.SubmitAsync(await browser.GetAsync(path + Query), $"{path}?handler=Send", ("email", address)));
    }

    // The pause between two codes has passed.
    private async Task<string> NewCodeAsync(string address)
    {
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        return await hub.NewCodeAsync(address);
    }

    private string NewAddress() => $"new-{++_users}@example.com";

    private Browser NewBrowser()
    {
        var browser = new Browser(hub.Client);
        if (Remembered is not null)
            browser.Cookies[RememberedCookie] = Remembered;
        return browser;
    }

    private static (int Status, string Body) Seen(Answer answer) => (answer.Status, answer.ToString());

    private static (int Status, string Body) Seen(Page page) => (page.Status, page.Answer.Body);
}
