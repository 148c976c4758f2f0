using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.ControlRoom;

/// <summary>What harms or cannot be undone needs a login of the last five minutes. The clock of the suite moves on.</summary>
[Parallelizable(ParallelScope.Self)]
public class DangerousActionTests(DatabaseKind kind) : HubFixture(kind, Administrations.Config)
{
    [SetUp]
    public void MoveOn() => Hub.Time.Advance(TimeSpan.FromHours(1));

    [Test]
    public async Task The_user_logs_in_again_and_comes_back_to_the_page_that_asks()
    {
        var id = await MakeAsync("doomed");
        var browser = await Hub.EnterAsync("root");
        var open = await browser.OpenAsync($"/admin/users/{id}?do=erase_user");
        Assert.That(open.FormOf("erase_user"), Is.Not.Null, "the login is young enough");
        Hub.Time.Advance(TimeSpan.FromMinutes(6));

        var late = await browser.SubmitOnceAsync(open, open.FormOf("erase_user")!);
        var login = await browser.OpenAsync($"/admin/users/{id}?do=erase_user");
        Assert.That(
            (late.Location?.StartsWith("/connect/authorize?", StringComparison.Ordinal), login.IsLogin(),
                login.Document.QuerySelector("#username")!.GetAttribute("value")),
            Is.EqualTo((true, true, "root")));
        Assert.That((await Hub.ReadUserAsync(Guid.Parse(id))).UserName, Is.EqualTo("doomed"), "nothing was done");
        var back = await browser.FollowedAsync(await browser.LogInAsync(login, "root", Administrations.Password));
        Assert.That(back.Path, Is.EqualTo($"/admin/users/{id}?do=erase_user"), back.Answer.Body);
        var done = await browser.SubmitAsync(back, back.FormOf("erase_user")!);

        Assert.That((done.Path.Split('?')[0], done.Text(".notice")), Is.EqualTo(("/admin/users", "The user is erased.")), done.Failure());
        Assert.That((await browser.OpenAsync($"/admin/users/{id}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_remembered_browser_and_a_young_session_do_not_stand_for_it_when_a_second_factor_was_set_up_since()
    {
        var id = await MakeAsync("careful", "manager");
        var browser = await Hub.EnterAsync("careful");
        var app = await Hub.SetUpAsync(Guid.Parse(id));

        var asked = await browser.OpenAsync("/admin/me");
        Assert.That(asked.IsLogin(), Is.True, "the login has not proven the second factor");
        var second = await browser.FollowedAsync(await browser.LogInAsync(asked, "careful", Administrations.Password));
        var page = await browser.FollowedAsync(await browser.ProveAsync(second, app.CodeAt(Hub.Time.GetUtcNow())));

        Assert.That((page.Path, page.Status), Is.EqualTo(("/admin/me", 200)), page.Answer.Body);
    }

    [Test]
    public async Task Blocks_roles_sessions_and_factors_are_given_and_taken()
    {
        var names = await Hub.AddUserWithEverythingAsync("handled", "south");
        var path = $"/admin/users/{names["{user}"]}";
        var browser = await Hub.EnterAsync("root");

        List<Page> pages =
        [
            await browser.DoAsync(path, "give_role", null, ("role", "reader"), ("organization", "south")),
            await browser.DoAsync(path, "take_role", "reader@cape"),
            await browser.DoAsync(path, "remove_factor", "totp"),
            await SubmitOnPageAsync(browser, path, "withdraw_consent"),
            await SubmitOnPageAsync(browser, path, "end_session"),
            await browser.DoAsync(path, "block_user", null),
            await SubmitOnPageAsync(browser, path, "unblock_user"),
            await browser.DoAsync(path, "disable_user", null),
            await browser.DoAsync(path, "enable_user", null),
        ];

        Assert.That(pages.Select(page => (page.Status, page.Failure())), Has.All.EqualTo((200, (string?)null)));
        Assert.That(pages.Select(page => page.Text(".notice")), Has.All.Not.Null);
        var last = pages[^1];
        Assert.That(last.Text("#roles tbody"), Does.Contain("south").And.Not.Contain("cape"));
        Assert.That(
            new[] { "factors", "consents", "sessions" }
                .Select(table => last.Document.QuerySelector($"#{table}")!.GetAttribute("data-rows")),
            Has.All.EqualTo("0"));
    }

    [Test]
    public async Task Administrators_do_not_harm_themselves_and_the_last_one_stays()
    {
        var browser = await Hub.EnterAsync("root");
        var blocked = await browser.DoAsync($"/admin/users/{Administrations.RootId}", "block_user", null);

        Assert.That((blocked.Status, blocked.Failure()), Is.EqualTo((409,
            "Administrators cannot disable, block or erase themselves, or take their own roles away. Let another administrator do it.")));
    }

    private static async Task<Page> SubmitOnPageAsync(Browser browser, string path, string action)
    {
        var page = await browser.OpenAsync(path);
        return await browser.SubmitAsync(page, page.FormOf(action) ?? throw new InvalidOperationException($"No {action}: {page.Answer}"));
    }

    private async Task<string> MakeAsync(string name, params string[] roles)
    {
        var made = await Client.AdminAsync(
            "POST", "/users", await Client.ClientTokenAsync(),
            JsonSerializer.Serialize(
                new { user_name = name, password = Administrations.Password, organization = "south", roles }));
        return made["id"] ?? throw new InvalidOperationException(made.ToString());
    }
}
