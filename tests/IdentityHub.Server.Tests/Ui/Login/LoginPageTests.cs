using System.Globalization;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Login;

public class LoginPageTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    // The right password is presented wherever there is one.
    private static readonly Dictionary<string, Action<User>> States = new()
    {
        ["wrong"] = user => user.PasswordHash = null,
        ["disabled"] = user => user.DisabledAt = FakeTime.Start,
        ["blocked"] = user => user.LockoutEnd = FakeTime.Start.AddHours(1),
        ["not-before"] = user => user.NotBefore = FakeTime.Start.AddHours(1),
        ["organization"] = user => user.OrganizationId = "closed",
        ["broken-hash"] = user => user.PasswordHash = "not base64",
    };

    [Test, Spec("ASSURANCE", "E1")]
    public async Task E1_A_refused_login_looks_the_same_whoever_it_names()
    {
        await using var hub = await StartHubAsync();
        foreach (var (name, change) in States)
            await hub.AddUserAsync(user => { change(user); user.UserName = name; });

        var seen = new Dictionary<string, string>();
        foreach (var name in States.Keys.Append("nobody"))
        {
            for (var i = 0; i < 7; i++)
            {
                var browser = new Browser(hub.Client);
                var page = await browser.LogInAsync(await browser.GetAsync(CodeFlow.Address("web")), name, HubUsers.Password);
                seen[$"{name} {i}"] = Seen(browser, page, name);
            }
        }

        Assert.That(seen.Values.Distinct(), Has.Exactly(1).Items, string.Join("\n\n", seen.Values.Distinct()));
        Assert.That(seen["nobody 0"], Does.StartWith("400").And.Contains("The user name or password is wrong."));
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("ünïcödé")]
    public async Task E1_E4_Any_password_is_answered_alike(string password)
    {
        var user = await Hub.AddUserAsync();
        var browser = new Browser(Client);
        var login = await browser.GetAsync("/login");
        var known = await browser.LogInAsync(login, user.UserName!, password);
        var unknown = await browser.LogInAsync(login, $"no-{user.UserName}", password);

        Assert.That((known.Status, known.Failure()), Is.EqualTo((400, "The user name or password is wrong.")));
        Assert.That((unknown.Status, unknown.Failure()), Is.EqualTo((known.Status, known.Failure())));
    }

    [Test, Spec("ASSURANCE", "B6")]
    public async Task Too_many_failing_users_from_one_address_are_told_to_wait()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync();
        var browser = new Browser(hub.Client);
        var login = await browser.GetAsync("/login");
        for (var i = 0; i < 100; i++)
            await browser.LogInAsync(login, $"nobody-{i}", "wrong");
        var known = await browser.LogInAsync(login, user.UserName!, HubUsers.Password);
        var unknown = await browser.LogInAsync(login, "nobody", HubUsers.Password);

        Assert.That((known.Status, known.Failure()), Is.EqualTo((429, "Too many attempts. Wait a few minutes, then try again.")));
        Assert.That(
            (unknown.Status, unknown.Failure(), unknown.Answer.Header("Retry-After")),
            Is.EqualTo((known.Status, known.Failure(), known.Answer.Header("Retry-After"))));
    }

    [Test]
    public async Task It_names_the_client_knows_the_hint_and_leads_back()
    {
        var browser = new Browser(Client);
        var login = await browser.GetAsync(CodeFlow.Address("web", ("login_hint", "alice"), ("ui_locales", "xx de-CH en")));

        Assert.Multiple(() =>
        {
            Assert.That(login.Document.DocumentElement.GetAttribute("lang"), Is.EqualTo("de"));
            Assert.That(login.Text(".lead"), Is.EqualTo("weiter zu Web shop"));
            Assert.That(login.Document.QuerySelector("#username")!.GetAttribute("value"), Is.EqualTo("alice"));
            Assert.That(login.Document.QuerySelectorAll("[autofocus]").Select(element => element.Id), Is.EqualTo(["password"]));
            Assert.That(
                login.Document.QuerySelectorAll("input[autocomplete]").Select(field => field.GetAttribute("autocomplete")),
                Is.EqualTo(["username webauthn", "current-password"]));
        });
        var cancel = login.Document.Links.Single(link => link.TextContent.Contains("Abbrechen", StringComparison.Ordinal));
        var cancelled = await browser.GetAsync(cancel.GetAttribute("href")!);
        Assert.That((cancelled.Sent("error"), cancelled.Sent("state")), Is.EqualTo(("access_denied", "some-state")));
    }

    [TestCase("de-AT,en;q=0.5", "de")]
    [TestCase("pl, en;q=0.4, de;q=0.9", "de")]
    [TestCase("de;q=0, en", "en")]
    [TestCase("fr-CA", "fr")]
    [TestCase("pt-BR", "pt")]
    [TestCase("pl", "en")]
    [TestCase("", "en")]
    [TestCase("*", "en")]
    [TestCase("DE", "de")]
    [TestCase("de;q=x,,;;", "en")]
    public async Task Without_a_wish_of_the_client_it_speaks_the_browsers_language(string accepted, string expected)
    {
        var page = await new Browser(Client) { AcceptLanguage = accepted }.GetAsync("/login");

        Assert.That(page.Document.DocumentElement.GetAttribute("lang"), Is.EqualTo(expected));
    }

    [Test]
    public async Task Who_is_signed_in_already_and_comes_by_himself_goes_to_his_account()
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());

        Assert.That((await browser.GetOnceAsync("/login")).Location, Is.EqualTo("/account"));
        Assert.That((await browser.GetOnceAsync("/login?ticket=nonsense")).Location, Is.EqualTo("/account"));
    }

    [Test]
    public async Task Asked_to_choose_a_user_goes_on_as_he_is_or_as_another()
    {
        var (first, second) = (await Hub.AddUserAsync(user => user.GivenName = "First"), await Hub.AddUserAsync());
        var (browser, _) = await Hub.SignInAsync(first);

        var choice = await browser.GetAsync(CodeFlow.Address("web", ("prompt", "select_account")));
        Assert.That(choice.Text("form button"), Is.EqualTo("Continue as First"));
        var same = await SubjectAsync(await browser.SubmitAsync(choice, "/login?handler=Continue"));
        var other = await SubjectAsync(
            await browser.LogInAsync(
                await browser.GetAsync(CodeFlow.Address("web", ("prompt", "select_account"))), second.UserName!, HubUsers.Password));

        Assert.That((same, other), Is.EqualTo((first.Id.ToString(), second.Id.ToString())));
    }

    [Test, Spec("ASSURANCE", "S6")]
    public async Task S6_Continue_as_somebody_who_is_signed_in_no_more_asks_again()
    {
        var (first, second) = (
            await Hub.AddUserAsync(user => user.GivenName = "First"), await Hub.AddUserAsync(user => user.GivenName = "Second"));
        var (browser, _) = await Hub.SignInAsync(first);
        var choice = await browser.GetAsync(CodeFlow.Address("web", ("prompt", "select_account")));

        // In another tab.
        await browser.LogInAsync(
            await browser.GetAsync(CodeFlow.Address("other", ("prompt", "login"))), second.UserName!, HubUsers.Password);
        var page = await browser.SubmitAsync(choice, "/login?handler=Continue");

        Assert.That((page.Location, page.Text("form button")), Is.EqualTo(((string?)null, "Continue as Second")));
    }

    [Test]
    public async Task Asked_to_make_an_account_where_nobody_can_a_user_is_told_so()
    {
        var page = await new Browser(Client).GetAsync(CodeFlow.Address("web", ("prompt", "create")));

        Assert.That(
            (page.Path.Split('?')[0], page.Text(".notice")),
            Is.EqualTo(("/login", "Accounts are made by the administrator. Sign in here if you have one.")));
        Assert.That(page.Document.Links.Select(link => link.GetAttribute("href")), Has.None.StartsWith("/signup"));
    }

    private async Task<string?> SubjectAsync(Page page) =>
        (await RelyingParty.ReadIdTokenAsync(Hub, (await Client.RedeemAsync("web", page.Sent("code")))["id_token"], "web")).Subject;

    // All that a caller sees, but for what is new in every answer, and the name that he has typed himself.
    private static string Seen(Browser browser, Page page, string name)
    {
        foreach (var secret in page.Document.QuerySelectorAll("input[type=hidden]"))
            secret.SetAttribute("value", "");
        foreach (var link in page.Document.Links)
            link.SetAttribute("href", "");
        var headers = page.Answer.Headers.Where(header => header.Key is not "Date").OrderBy(header => header.Key, StringComparer.Ordinal);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{page.Status}\n{string.Join('\n', headers.Select(header => $"{header.Key}: {header.Value}"))}\n"
                + $"{string.Join(' ', browser.Cookies.Keys)}\n"
                + $"{page.Document.DocumentElement.OuterHtml.Replace($"\"{name}\"", "\"\"", StringComparison.Ordinal)}");
    }
}
