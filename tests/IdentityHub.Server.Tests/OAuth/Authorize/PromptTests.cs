using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Authorize;

/// <summary>Each test moves the clock, or must not have it moved: a hub each.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("ASSURANCE", "P5"), Spec("OpenID Connect Core", "3.1.2.1")]
public class PromptTests(DatabaseKind kind)
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(10);
    private Hub _hub = null!;
    private Browser _browser = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _hub = await Hub.StartAsync(CodeFlow.Config, kind);
        _browser = new Browser(_hub.Client);
    }

    [TearDown]
    public async Task StopAsync() => await _hub.DisposeAsync();

    // Session state × prompt × max_age → what comes: a code, the login page, or an error.
    private static readonly (string Session, string? Prompt, string? MaxAge, string Expected)[] Matrix =
    [
        ("none", null, null, "login"),
        ("none", "none", null, "login_required"),
        ("none", "login", null, "login"),
        ("none", "select_account", null, "login"),
        ("none", "none", "10000", "login_required"),
        ("fresh", null, null, "code"),
        ("fresh", "none", null, "code"),
        ("fresh", "login", null, "login"),
        ("fresh", "select_account", null, "login"),
        ("fresh", null, "10000", "code"),
        ("fresh", "none", "10000", "code"),
        ("old", null, "1", "login"),
        ("old", "none", "1", "login_required"),
        ("old", "none", "599", "login_required"),
        ("old", "none", "600", "code"),
        ("old", "none", "10000", "code"),
        ("old", null, "10000", "code"),
        ("old", "none", null, "code"),
        ("ended", null, null, "login"),
        ("ended", "none", null, "login_required"),
        ("disabled", null, null, "login"),
        ("disabled", "none", null, "login_required"),
    ];

    [Test]
    public async Task P5_The_answer_follows_from_the_session_and_the_request()
    {
        // What moves the clock or ends sessions comes last.
        foreach (var session in new[] { "none", "fresh", "old", "ended", "disabled" })
        {
            await BringAboutAsync(session);
            foreach (var (_, prompt, maxAge, expected) in Matrix.Where(row => row.Session == session))
            {
                var page = await _browser.GetAsync(CodeFlow.Address("web", ("prompt", prompt), ("max_age", maxAge)));
                var came = page.IsLogin() ? "login" : page.Sent("error") ?? (page.Sent("code") is null ? "nothing" : "code");
                Assert.That(came, Is.EqualTo(expected), $"{session}, prompt={prompt}, max_age={maxAge}: {page.Location}");
            }
        }
    }

    [TestCase("login", null)]
    [TestCase(null, "1")]
    [TestCase(null, "0")]
    public async Task P1_A_login_that_was_asked_for_is_had_and_has_a_new_auth_time(string? prompt, string? maxAge)
    {
        await BringAboutAsync("old");
        var login = await _browser.GetAsync(CodeFlow.Address("web", ("prompt", prompt), ("max_age", maxAge)));
        Assert.That(login.IsLogin(), Is.True);
        var page = await _browser.LogInAsync(login);
        var tokens = await _hub.Client.RedeemAsync("web", page.Sent("code"));
        var idToken = await RelyingParty.ReadIdTokenAsync(_hub, tokens["id_token"], "web");

        Assert.That(idToken.GetClaim("auth_time").Value, Is.EqualTo($"{_hub.Time.GetUtcNow().ToUnixTimeSeconds()}"));
    }

    [Test, Spec("ASSURANCE", "S6")]
    public async Task S6_A_login_that_was_asked_for_cannot_be_walked_around()
    {
        await BringAboutAsync("old");
        var login = await _browser.GetAsync(CodeFlow.Address("web", ("prompt", "login")));

        // Back, forward, the same again, without its parameter, and with the consent of nobody.
        foreach (var address in new[]
            {
                CodeFlow.Address("web", ("prompt", "login")), CodeFlow.Address("web", ("prompt", "login"), ("interaction", "")),
                CodeFlow.Address("web", ("prompt", "login"), ("interaction", "forged"), ("consent", "forged")),
            })
            Assert.That((await _browser.GetAsync(address)).IsLogin(), Is.True, address);

        // The marker of one request is nothing to another.
        var done = await _browser.LogInAsync(login);
        var marker = System.Web.HttpUtility.ParseQueryString(done.Path[(done.Path.IndexOf('?', StringComparison.Ordinal) + 1)..])[
            "interaction"
        ];
        Assert.That(marker, Is.Not.Null);
        Assert.That(
            (await _browser.GetAsync(CodeFlow.Address("web", ("prompt", "login"), ("state", "another"), ("interaction", marker)))
            ).IsLogin(),
            Is.True);
        Assert.That((await _browser.GetAsync(CodeFlow.Address("other", ("prompt", "login"), ("interaction", marker)))).IsLogin(), Is.True);
    }

    [Test, Spec("ASSURANCE", "S6")]
    public async Task S6_What_one_browser_has_begun_does_not_count_in_another()
    {
        // The attacker begins a request that insists on a login, and lets the victim, who logs in for another reason, finish it.
        await _browser.GetAsync("/login");
        var begun = await _browser.GetAsync(CodeFlow.Address("web", ("prompt", "login")));
        var own = await _browser.LogInAsync(begun);
        Assert.That(own.Sent("code"), Is.Not.Null);
        var marker = System.Web.HttpUtility.ParseQueryString(own.Path[(own.Path.IndexOf('?', StringComparison.Ordinal) + 1)..])[
            "interaction"
        ];
        var victim = new Browser(_hub.Client);
        await victim.AuthorizeAsync("other");

        Assert.That((await victim.GetAsync(CodeFlow.Address("web", ("prompt", "login"), ("interaction", marker)))).IsLogin(), Is.True);
        victim.Cookies.Remove("__Host-hub-interaction");
        Assert.That(
            (await victim.GetAsync(CodeFlow.Address("web", ("prompt", "login"), ("interaction", marker)))).IsLogin(), Is.True,
            "without the cookie neither");
    }

    [Test, Spec("ASSURANCE", "S6")]
    public async Task S6_The_marker_of_a_login_is_worth_nothing_before_the_login()
    {
        var first = new Browser(_hub.Client);
        await first.AuthorizeAsync("web");
        var login = await first.GetAsync(CodeFlow.Address("web", ("prompt", "login")));
        var cancel = login
            .Document.Links.Select(link => link.GetAttribute("href")!)
            .Single(href => href.StartsWith(CodeFlow.Path, StringComparison.Ordinal));

        // What the cancel link carries is bound to the request, and says that nobody has logged in.
        Assert.That((await first.GetOnceAsync(cancel)).Sent("error"), Is.EqualTo("access_denied"));
        Assert.That((await first.GetAsync(CodeFlow.Address("web", ("prompt", "login")))).IsLogin(), Is.True);
    }

    [Test]
    public async Task Select_account_lets_the_user_go_on_as_who_is_signed_in_or_as_another()
    {
        await BringAboutAsync("fresh");
        var choice = await _browser.GetAsync(CodeFlow.Address("web", ("prompt", "select_account")));
        var form = choice.Document.Forms.Single(form => form.QuerySelector("[name=session]") is not null);
        var page = await _browser.SubmitAsync(choice, form);

        Assert.That(choice.Document.Body!.TextContent, Does.Contain("Alice Archer"));
        Assert.That(page.Location, Does.StartWith("https://web.test/cb?code="));

        var bob = await _hub.AddUserAsync();
        var another = await _browser.LogInAsync(
            await _browser.GetAsync(CodeFlow.Address("web", ("prompt", "select_account"))), bob.UserName!, HubUsers.Password);
        var tokens = await _hub.Client.RedeemAsync("web", another.Sent("code"));
        Assert.That((await RelyingParty.ReadIdTokenAsync(_hub, tokens["id_token"], "web")).Subject, Is.EqualTo(bob.Id.ToString()));
    }

    [Test, Spec("OpenID Connect Core", "3.1.2.1")]
    public async Task P1_An_id_token_hint_works_with_prompt_none_for_its_own_user_only()
    {
        var first = await _browser.AuthorizeAsync("web");
        var hint = (await _hub.Client.RedeemAsync("web", first.Sent("code")))["id_token"];
        _hub.Time.Advance(Age);

        Assert.That(
            (await _browser.GetOnceAsync(CodeFlow.Address("web", ("prompt", "none"), ("id_token_hint", hint)))).Sent("code"), Is.Not.Null,
            "an expired one is a hint all the same");

        var bob = await _hub.AddUserAsync();
        var stranger = new Browser(_hub.Client);
        await stranger.LogInAsync(await stranger.GetAsync(CodeFlow.Address("web")), bob.UserName!, HubUsers.Password);
        Assert.That(
            (await stranger.GetOnceAsync(CodeFlow.Address("web", ("prompt", "none"), ("id_token_hint", hint)))).Sent("error"),
            Is.EqualTo("login_required"));
        Assert.That((await stranger.GetAsync(CodeFlow.Address("web", ("id_token_hint", hint)))).IsLogin(), Is.True);
    }

    [Test, Spec("OpenID Connect Core", "5.5.1")]
    public async Task P1_A_sub_that_is_asked_for_is_had_or_refused()
    {
        var claims = "{\"id_token\":{\"sub\":{\"value\":\"" + Parts.AliceId + "\"}}}";
        var bob = await _hub.AddUserAsync();
        var refused = await _browser.LogInAsync(
            await _browser.GetAsync(CodeFlow.Address("web", ("claims", claims))), bob.UserName!, HubUsers.Password);
        var login = await _browser.GetAsync(CodeFlow.Address("web", ("claims", claims)));
        var page = await _browser.LogInAsync(login);

        Assert.That(refused.Sent("error"), Is.EqualTo("login_required"));
        Assert.That(page.Sent("code"), Is.Not.Null);
    }

    private async Task BringAboutAsync(string session)
    {
        if (session == "none")
            return;
        await _browser.AuthorizeAsync("web");
        switch (session)
        {
            case "old":
                _hub.Time.Advance(Age);
                break;
            case "ended":
                await using (var context = _hub.NewContext())
                {
                    foreach (var row in context.Sessions)
                        row.EndedAt = _hub.Time.GetUtcNow();
                    await context.SaveChangesAsync();
                }

                break;
            case "disabled":
                await _hub.ChangeUserAsync(Guid.Parse(Parts.AliceId), user => user.DisabledAt = _hub.Time.GetUtcNow());
                break;
        }
    }
}
