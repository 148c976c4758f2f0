using System.Reflection;
using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Server.Ui.ControlRoom;
using IdentityHub.Server.Ui.ControlRoom.Objects;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using PageContext = Microsoft.AspNetCore.Mvc.RazorPages.PageContext;

namespace IdentityHub.Server.Tests.Ui.ControlRoom;

/// <summary>
/// What harms, cannot be undone or lets somebody in needs a login of the last five minutes, with every factor that its user has. The clock
/// of the suite moves on.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public class DangerousActionTests(DatabaseKind kind) : HubFixture(kind, Administrations.Config)
{
    // What an older login may do: it gives nobody a right or a way in, and takes nothing away that is not had again by a click.
    private static readonly string[] Harmless =
    [
        "change_user", "create_user", "create_organization", "invite", "end_session", "withdraw_consent", "message_send_again",
        "template_check", "scopes object_create", "scopes object_change", "scopes object_replace", "user-attributes object_create",
        "user-attributes object_change", "user-attributes object_replace",
    ];

    private static readonly string[] NamesOfTheFrame = ["id", "session", "do", "target", "etag", "form_token"];

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
    public async Task A_login_by_password_alone_does_not_stand_for_a_passkey()
    {
        var id = await MakeAsync("keyed", "manager");
        var browser = await Hub.EnterAsync("keyed");
        using var passkey = await browser.NewPasskeyAsync();
        var erase = $"/admin/users/{Administrations.NobodyId}?do=erase_user";

        var asked = await browser.OpenAsync("/admin/me");
        Assert.That(asked.IsLogin(), Is.True, "they have a second factor by now");
        var second = await browser.FollowedAsync(await browser.LogInAsync(asked, "keyed", Administrations.Password));
        Assert.That(second.Path, Does.StartWith("/login/second"), second.Answer.Body);
        var options = second.Document.QuerySelector("[data-options]")!.GetAttribute("data-options")!;
        var inside = await browser.FollowedAsync(await browser.SubmitAsync(
            second, Support.SecondFactors.Login, ("proof", passkey.Get((await browser.GetAsync(options)).Answer.Json))));
        Assert.That((inside.Path, inside.Status), Is.EqualTo(("/admin/me", 200)), inside.Answer.Body);
        Assert.That((await browser.OpenAsync(erase)).FormOf("erase_user"), Is.Not.Null);

        // Somebody at the open browser, who knows the password.
        var token = inside.Document.QuerySelector("[name=form_token]")
            ?? (await browser.OpenAsync(erase)).Document.QuerySelector("[name=form_token]");
        var renewed = await browser.PostAsync(
            "/login", ("form_token", token!.GetAttribute("value")!), ("username", "keyed"), ("password", Administrations.Password));
        Assert.That(renewed.Path, Is.EqualTo("/account"), renewed.Answer.Body);
        List<Page> pages = [await browser.OpenAsync("/admin/me"), await browser.OpenAsync(erase)];

        Assert.That(pages.Select(page => page.IsLogin()), Is.All.True, id);
        Assert.That(browser.Cookies, Does.ContainKey(ControlRooms.Cookie), "the entry is still there");
    }

    [Test]
    public async Task What_lets_somebody_in_needs_a_fresh_login()
    {
        var user = $"/admin/users/{Administrations.NobodyId}";
        (string Path, string Action, bool IsNeeded)[] rows =
        [
            (user, "change_user", false), (user, "change_login", true), (user, "enable_user", true), (user, "unblock_user", true),
            (user, "give_role", true),
            ("/admin/organizations/south", "change_organization", true), ("/admin/organizations/south", "enable_organization", true),
            ("/admin/organizations/south", "invite", false),
            ("/admin/clients", "client_create", true), ("/admin/clients", "partner_create", true),
            ("/admin/clients", "object_create", true), ("/admin/clients/console", "object_change", true),
            ("/admin/clients/console", "object_replace", true), ("/admin/clients/console", "client_otp", true),
            ("/admin/dialects/lsid", "object_replace", true),
            ("/admin/objects/roles/manager", "object_change", true), ("/admin/objects/roles/manager", "object_replace", true),
            .. ObjectKinds.All.Select(kind => (kind.Area.Path, "object_create", kind.Slug is not "scopes" and not "user-attributes")),
        ];
        var browser = await Hub.EnterAsync("root");
        Hub.Time.Advance(TimeSpan.FromMinutes(6));

        var answers = new List<(string, string, bool)>();
        foreach (var (path, action, _) in rows)
        {
            var asked = await browser.GetOnceAsync($"{path}?do={action}");
            Assert.That(asked.Status, Is.AnyOf(200, 302), $"{path} {action}");
            answers.Add((path, action, asked.Location?.Contains("prompt=login", StringComparison.Ordinal) == true));
        }

        Assert.That(answers, Is.EqualTo(rows));
    }

    [Test]
    public void Every_other_action_needs_a_fresh_login_and_no_field_is_called_as_one_of_the_frame()
    {
        using var scope = Hub.Services.CreateScope();
        var actions = ActionsOfPages(scope.ServiceProvider);

        Assert.That(actions.Where(one => !one.Action.NeedsFreshLogin).Select(one => one.Name).Distinct(), Is.EquivalentTo(Harmless));
        Assert.That(actions.Where(one => one.Action.IsDangerous).Select(one => one.Name), Does.Contain("erase_user"));
        Assert.That(
            actions.Where(one => one.Action.Fields.Intersect(NamesOfTheFrame).Any() && one.Name != "create_organization")
                .Select(one => one.Name), Is.Empty, "which says the id of the new one, on a page of none");
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

    // Every page with each kind of object. The name is that of an older API, which its page needs.
    private static IReadOnlyList<(string Name, PageAction Action)> ActionsOfPages(IServiceProvider services)
    {
        var actions = typeof(ControlRoomPage).GetProperty("Actions", BindingFlags.Instance | BindingFlags.NonPublic)!;
        return
        [
            .. from type in typeof(ControlRoomPage).Assembly.GetTypes()
               where type.IsSubclassOf(typeof(ControlRoomPage)) && !type.IsAbstract
               from kind in ObjectKinds.All.Select(kind => kind.Slug)
               let page = PageOf(type, kind)
               from action in (IReadOnlyList<PageAction>)actions.GetValue(page)!
               select (action.Name.StartsWith("object_", StringComparison.Ordinal) ? $"{SlugOf(page)} {action.Name}" : action.Name, action),
        ];

        ControlRoomPage PageOf(Type type, string kind)
        {
            var page = (ControlRoomPage)ActivatorUtilities.CreateInstance(services, type);
            page.PageContext = new PageContext
            {
                HttpContext = new DefaultHttpContext { RequestServices = services },
                RouteData = new RouteData(new RouteValueDictionary { ["kind"] = kind, ["name"] = "otp" }),
            };
            return page;
        }

        static string? SlugOf(ControlRoomPage page) => page switch
        {
            SingleObjectPage single => single.Kind?.Slug,
            ObjectListPage list => list.Kind?.Slug,
            _ => null,
        };
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
