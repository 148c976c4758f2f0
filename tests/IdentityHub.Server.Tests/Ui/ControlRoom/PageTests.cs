using IdentityHub.Server.Limits;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Server.Ui.ControlRoom;
using IdentityHub.Storage;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.ControlRoom;

/// <summary>
/// Who sees which page, and what a page does. Every page with every kind of user: a page without a row in
/// <see cref="ControlRoomMatrix"/> fails. ASSURANCE S2, S4, I4.
/// </summary>
public class PageTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Administrations.Config +
        """
        user_attributes:
          - { name: department, display_name: Department, type: enum, values: [sales, support], searchable: true }
        """;

    private readonly Dictionary<string, Browser> _browsers = new(StringComparer.Ordinal);
    private string _trace = "";

    [OneTimeSetUp]
    public async Task LogEverybodyInAsync()
    {
        await MakeAsync($$"""{"user_name":"reader","password":"{{Administrations.Password}}","organization":"south","roles":["reader"]}""");
        foreach (var name in new[] { "root", "local", "boss", "stranger", "reader", "nobody" })
            _browsers[name] = await Hub.EnterAsync(name);
        var id = Guid.Parse(Administrations.NobodyId);
        _trace = (await Hub.AuditAsync(id, "session.started"))[0].TraceId.ToString("N");
    }

    [TestCaseSource(typeof(ControlRoomMatrix), nameof(ControlRoomMatrix.Rows))]
    public async Task Every_page_answers_every_user_as_the_table_says(object row)
    {
        var page = (ControlRoomRow)row;
        var answers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, browser) in _browsers)
        {
            var answer = await browser.OpenAsync(page.Path.Replace("{trace}", _trace, StringComparison.Ordinal));
            answers[name] = answer.Status;
            Assert.That(answer.IsIntact(), Is.True, $"{name} {answer.Answer.Body}");
        }

        Assert.That(answers, Is.EqualTo(page.Expected), page.Route);
        Assert.That(
            (await new Browser(Client).OpenAsync(page.Path)).IsLogin(), Is.True, "who is not signed in");
    }

    [Test]
    public void Every_page_has_a_row() => Assert.That(ControlRoomMatrix.Rows.Select(row => row.Route), Is.EquivalentTo(Routes()));

    [Test]
    public void A_page_that_is_forgotten_is_found() =>
        Assert.That(Routes().Except(ControlRoomMatrix.Rows.Skip(1).Select(row => row.Route)), Is.Not.Empty);

    [Test]
    public async Task The_navigation_has_what_the_user_may_see()
    {
        var (root, local, reader) = (
            await NavigationAsync("root"), await NavigationAsync("local"), await NavigationAsync("reader"));

        Assert.That(root, Is.EqualTo(ControlRoomAreas.All.Select(area => area.Path)));
        Assert.That(local, Does.Contain("/admin/users").And.Contain("/admin/audit"));
        Assert.That(reader, Does.Contain("/admin/users").And.Not.Contain("/admin/audit"));
    }

    [Test]
    public async Task An_administrator_of_an_organization_finds_those_below_it_only()
    {
        var users = await _browsers["stranger"].OpenAsync("/admin/users");
        var own = await _browsers["boss"].OpenAsync("/admin/users?search=nob");
        var trees = await _browsers["local"].OpenAsync("/admin/organizations");
        var search = await _browsers["stranger"].OpenAsync("/admin/search?q=no");

        Assert.That(NamesIn(users, "users"), Is.EqualTo(["stranger"]));
        Assert.That(NamesIn(own, "users"), Is.EqualTo(["nobody"]));
        Assert.That(NamesIn(trees, "organizations"), Is.EqualTo(["South", "Cape"]));
        Assert.That(search.Document.QuerySelectorAll("table").Length, Is.EqualTo(0));
    }

    [Test]
    public async Task A_change_is_that_of_the_API_with_the_user_as_its_actor()
    {
        var id = await MakeAsync("""{"user_name":"changed","organization":"south"}""");
        var done = await _browsers["local"].DoAsync($"/admin/users/{id}", "change_user", null, ("given_name", "Änn"));
        var faulty = await _browsers["local"].DoAsync($"/admin/users/{id}", "change_login", null, ("email", "no address"));

        Assert.That(
            (done.Path.Split('?')[0], done.Text("h1"), done.Text(".notice")),
            Is.EqualTo(($"/admin/users/{id}", "Änn", "The user is changed.")));
        Assert.That(
            (faulty.Status, faulty.Failure(), faulty.Document.QuerySelector("#email")!.GetAttribute("value")),
            Is.EqualTo((400, "E-mail: it is no e-mail address.", "no address")));
        var row = (await Hub.AuditAsync(Guid.Parse(id), "admin.user.changed"))[0];
        Assert.That(
            (row.ActorId?.ToString(), row.ClientId, row.Target),
            Is.EqualTo((Administrations.LocalId, "identityhub-control-room", $"users/{id}")));
    }

    [Test]
    public async Task An_attribute_is_changed_and_users_are_found_by_it()
    {
        var id = await MakeAsync("""{"user_name":"sought","organization":"south"}""");
        var done = await _browsers["local"].DoAsync(
            $"/admin/users/{id}", "change_attributes", null, ("attributes.department", "sales"));
        var found = await _browsers["local"].OpenAsync("/admin/users?attribute=department%3Dsales");
        var none = await _browsers["root"].OpenAsync("/admin/users?attribute=department%3Dsupport&role=reader");
        var foreign = await _browsers["stranger"].OpenAsync("/admin/users?attribute=department%3Dsales");
        var wrong = await _browsers["root"].OpenAsync("/admin/users?attribute=department%3Dnone");

        Assert.That(done.Text("#attributes ~ dl"), Does.Contain("sales"), done.Failure());
        Assert.That((NamesIn(found, "users"), NamesIn(none, "users").Count, NamesIn(foreign, "users").Count),
            Is.EqualTo((new[] { "sought" }, 0, 0)));
        Assert.That((wrong.Status, wrong.Failure()), Is.EqualTo((400,
            "A filter cannot be read. An attribute is written as name=value, and must be searchable.")));
    }

    [Test]
    public async Task A_change_of_what_somebody_has_changed_meanwhile_shows_the_new_state()
    {
        var id = await MakeAsync("""{"user_name":"stale","organization":"south","given_name":"Old"}""");
        var browser = _browsers["root"];
        var form = await browser.OpenAsync($"/admin/users/{id}?do=change_user");
        await Client.AdminAsync(
            "PATCH", $"/users/{id}", await Client.ClientTokenAsync(), """{"given_name":"New"}""", "*");

        var stale = await browser.SubmitAsync(form, form.FormOf("change_user")!, ("given_name", "Mine"));

        // A field that is called as a value of the path does not lead to another user.
        var again = await browser.SubmitAsync(
            stale, stale.FormOf("change_user")!, ("given_name", "Mine"), ("id", Administrations.NobodyId));

        Assert.That(
            (stale.Status, stale.Document.QuerySelector("#given_name")!.GetAttribute("value")), Is.EqualTo((412, "New")),
            stale.Failure());
        Assert.That((again.Status, again.Text("h1")), Is.EqualTo((200, "Mine")));
    }

    [Test]
    public async Task A_password_that_was_typed_does_not_come_back()
    {
        var refused = await _browsers["root"].DoAsync(
            "/admin/users", "create_user", null, ("user_name", "typed"), ("given_name", "Typed"), ("password", " short"));

        Assert.That(
            (refused.Status, refused.Document.QuerySelector("#given_name")!.GetAttribute("value"),
                refused.Document.QuerySelector("#password")!.GetAttribute("value")),
            Is.EqualTo((400, "Typed", (string?)null)), refused.Failure());
        Assert.That(refused.Answer.Body, Does.Not.Contain("\" short\""));
    }

    [Test]
    public async Task What_belongs_to_a_file_names_its_place()
    {
        var page = await _browsers["root"].DoAsync($"/admin/users/{Administrations.FiledId}", "change_user", null, ("given_name", "X"));

        Assert.That((page.Status, page.Failure()), Is.EqualTo((409,
            $"This is defined in the file hub.yaml, line {Administrations.LineOf("user_name: filed")}. Change it there.")));
    }

    [Test]
    public async Task Nobody_changes_who_may_do_more_and_a_sibling_is_not_there()
    {
        var root = await _browsers["boss"].DoAsync($"/admin/users/{Administrations.BossId}", "change_user", null, ("given_name", "X"));
        var token = root.Document.QuerySelector("[name=form_token]")!.GetAttribute("value")!;
        var session = root.Document.QuerySelector("[name=session]")!.GetAttribute("value")!;
        var foreign = await _browsers["boss"].PostAsync(
            $"/admin/users/{Administrations.StrangerId}", ("form_token", token), ("session", session), ("do", "change_login"),
            ("user_name", "taken-over"), ("etag", "*"));
        var unable = await _browsers["reader"].OpenAsync($"/admin/users/{Administrations.NobodyId}?do=change_user");

        Assert.That(foreign.Status, Is.EqualTo(404));
        Assert.That(unable.FormOf("change_user"), Is.Null, "no form for what one may not do");
    }

    [Test]
    public async Task S4_A_form_without_its_token_or_of_another_session_does_nothing()
    {
        var id = await MakeAsync("""{"user_name":"forged","organization":"south"}""");
        var browser = _browsers["root"];
        var form = await browser.OpenAsync($"/admin/users/{id}?do=change_user");
        var sent = form.FormOf("change_user")!;

        var bare = await browser.SubmitOnceAsync(form, sent, ("form_token", null), ("given_name", "Forged"));
        var other = await browser.SubmitOnceAsync(form, sent, ("session", Guid.NewGuid().ToString()), ("given_name", "Forged"));
        var elsewhere = await browser.PostOnceFromElsewhereAsync($"/admin/users/{id}", ("do", "change_user"), ("given_name", "Forged"));

        Assert.That((bare.Status, other.Status, elsewhere.Status), Is.EqualTo((400, 303, 400)));
        Assert.That((await Hub.ReadUserAsync(Guid.Parse(id))).GivenName, Is.Null);
    }

    [Test]
    public async Task I4_Whatever_somebody_has_written_into_a_name_is_text()
    {
        var evil = System.Text.Json.JsonSerializer.Serialize(Pages.Evil);
        var id = await MakeAsync($$"""{"user_name":"evil","organization":"south","given_name":{{evil}},"family_name":{{evil}}}""");
        var browser = _browsers["root"];
        List<Page> pages =
        [
            await browser.OpenAsync($"/admin/users/{id}"), await browser.OpenAsync("/admin/users?search=evil"),
            await browser.OpenAsync($"/admin/users/{id}?do=change_user"), await browser.OpenAsync("/admin/organizations/south"),
            await browser.OpenAsync($"/admin/search?q={Uri.EscapeDataString(Pages.Evil)}"),
            await browser.OpenAsync($"/admin/audit?reason={Uri.EscapeDataString(Pages.Evil)}"),
            await browser.OpenAsync($"/admin/users?search={Uri.EscapeDataString(Pages.Evil)}&cursor={Uri.EscapeDataString(Pages.Evil)}"),
        ];

        Assert.That(pages.Select(page => page.IsIntact()), Is.All.True);
        Assert.That(pages[0].Text("h1"), Is.EqualTo($"{Pages.Evil} {Pages.Evil}"));
        Assert.That(pages[4].Text("bdi"), Is.EqualTo(Pages.Evil));
    }

    [Test]
    public async Task A_list_goes_on_where_it_has_ended_and_a_trace_leads_to_its_explanation()
    {
        var browser = _browsers["root"];
        var first = await browser.OpenAsync("/admin/audit?type=session.started");
        var refused = await browser.OpenAsync("/connect/authorize?client_id=unknown-client");
        var codes = refused.Document.QuerySelectorAll("dd code");
        var trace = codes[codes.Length - 1].TextContent;
        var explained = await Eventually.GetAsync(
            () => browser.OpenAsync($"/admin/search?q={trace}"), page => page.Document.QuerySelector("main a.button") is not null);
        var page = await Eventually.GetAsync(
            () => browser.OpenAsync(explained.Document.QuerySelector("main a.button")!.GetAttribute("href")!),
            found => found.Status == 200);

        Assert.That(NamesIn(first, "events"), Is.Not.Empty);
        Assert.That(page.Text(".badge"), Is.EqualTo("refused: client_unknown"));
        Assert.That(page.Document.QuerySelectorAll(".checks .refused, .checks .perhaps_refused"), Is.Not.Empty);
        Assert.That(page.Text("#why ~ dl"), Does.Contain("client"));
    }

    [Test]
    public async Task The_audit_trail_is_exported_as_the_filter_says_and_only_what_one_may_read()
    {
        var all = await _browsers["root"].OpenAsync("/admin/audit?type=session.started&handler=Export");
        var own = await _browsers["local"].OpenAsync($"/admin/audit?user_id={Administrations.NobodyId}&handler=Export");
        var more = await _browsers["local"].OpenAsync("/admin/audit?handler=Export");

        Assert.That((all.Status, all.Answer.Header("Content-Type")), Is.EqualTo((200, "application/x-ndjson")));
        Assert.That(all.Answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.All.Contains("\"type\":\"session.started\""));
        Assert.That(own.Answer.Body, Does.Contain(Administrations.NobodyId));
        Assert.That((more.Status, more.Answer.Header("Content-Type")), Is.Not.EqualTo((200, "application/x-ndjson")));
    }

    [Test]
    public async Task An_organization_is_made_changed_and_deleted_and_somebody_is_invited()
    {
        var browser = _browsers["root"];
        var made = await browser.DoAsync(
            "/admin/organizations", "create_organization", null, ("id", "fresh"), ("name", "Fresh"), ("parent", "acme"));
        var changed = await browser.DoAsync("/admin/organizations/fresh", "change_organization", null, ("name", "Fresher"));
        var invited = await browser.DoAsync(
            "/admin/organizations/fresh", "invite", null, ("email", "fresh@example.com"));
        var inUse = await browser.DoAsync("/admin/organizations/fresh", "delete_organization", null);

        Assert.That((made.Path.Split('?')[0], made.Text("h1")), Is.EqualTo(("/admin/organizations/fresh", "Fresh")), made.Failure());
        Assert.That(changed.Text("h1"), Is.EqualTo("Fresher"), changed.Failure());
        Assert.That(
            (invited.Text("h1"), invited.Text(".notice")), Is.EqualTo(("fresh@example.com", "The invitation is sent.")), invited.Failure());
        Assert.That(inUse.Status, Is.EqualTo(409), "somebody is in it");
    }

    // Other tests call for the same user.
    [Test]
    [NonParallelizable]
    public async Task Calls_of_pages_are_counted_as_those_of_the_API_are()
    {
        const string Users = "GET admin/api/v1/users";
        var (browser, caller) = (_browsers["stranger"], $"identityhub-control-room {Administrations.StrangerId}");
        var (limits, database) = (Hub.Services.GetRequiredService<CallLimits>(), Hub.Services.GetRequiredService<HubDatabase>());
        await limits.ForgetAsync(Users, caller, CancellationToken.None);
        await limits.ForgetAsync(Users, "machine", CancellationToken.None);
        await Client.AdminAsync("GET", "/users", await Client.ClientTokenAsync());

        var first = await browser.OpenAsync("/admin/search?q=stran");
        var counted = (await FillAsync(caller), await FillAsync("machine"));
        var full = await browser.OpenAsync("/admin/search?q=stran");
        var other = await browser.OpenAsync("/admin/organizations");
        await limits.ForgetAsync(Users, caller, CancellationToken.None);
        await limits.ForgetAsync(Users, "machine", CancellationToken.None);
        var again = await browser.OpenAsync("/admin/search?q=stran");

        Assert.That(counted, Is.EqualTo((1, 1)), "a page and a request count as one call each");
        Assert.That((first.Status, full.Status, other.Status, again.Status), Is.EqualTo((200, 429, 200, 200)), full.Answer.Body);
        Assert.That((full.IsIntact(), full.Answer.Header("Retry-After")), Is.Not.EqualTo((true, (string?)null)));

        Task<int> FillAsync(string credential) => database
            .Call("UPDATE counters SET attempts = 300 WHERE key_hash = $1 AND attempts = 1").With(CallLimits.KeyOf(Users, credential))
            .ExecuteAsync(CancellationToken.None);
    }

    private async Task<string> MakeAsync(string body)
    {
        var made = await Client.AdminAsync("POST", "/users", await Client.ClientTokenAsync(), body);
        return made["id"] ?? throw new InvalidOperationException(made.ToString());
    }

    private async Task<IReadOnlyList<string>> NavigationAsync(string name) =>
        [
            .. (await _browsers[name].OpenAsync("/admin/me")).Document.QuerySelectorAll("nav.areas a")
                .Select(link => link.GetAttribute("href")!),
        ];

    private static IReadOnlyList<string> NamesIn(Page page, string table) =>
        [.. page.Document.QuerySelectorAll($"#{table} tbody tr:not(.more) td:first-child").Select(cell => cell.TextContent.Trim())];

    private IEnumerable<string> Routes() => Hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.DisplayName?.StartsWith("/Ui/ControlRoom/", StringComparison.Ordinal) == true)
        .Select(endpoint => endpoint.RoutePattern.RawText!);
}
