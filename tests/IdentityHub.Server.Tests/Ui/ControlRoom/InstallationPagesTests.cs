using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.DialectUse;
using IdentityHub.Storage.Outbox;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.ControlRoom;

/// <summary>The pages of the installation's objects: what they show, and that they change it as the administration API does.</summary>
public class InstallationPagesTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private static readonly string Config =
        Administrations.Config.Replace("  lsid: { enabled: true }", "  hash-secret: { enabled: true }", StringComparison.Ordinal)
        + """
              - { client_id: filed, client_name: "<i>Filed</i>", grant_types: [client_credentials], dialects: [hash-secret],
                  client_secrets: [{ value: "plain:filed-secret" }], contacts: ["<b>team@example.com"] }

            """;

    private Browser _root = null!;
    private Browser _local = null!;

    [OneTimeSetUp]
    public async Task EnterAsync()
    {
        (_root, _local) = (await Hub.EnterAsync("root"), await Hub.EnterAsync("local"));
        await using var context = Hub.NewContext();
        context.Add(new DialectDay
        {
            Dialect = "hash-secret",
            ClientId = "filed",
            Day = new DateTimeOffset(Hub.Time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).AddDays(-3),
            Calls = 1234,
            LastSeenAt = Hub.Time.GetUtcNow().AddDays(-3),
        });
        await context.SaveChangesAsync();
    }

    [TestCase("/admin/clients", "Clients", false)]
    [TestCase("/admin/clients/filed", "<i>Filed</i>", false)]
    [TestCase("/admin/dialects", "Older APIs", false)]
    [TestCase("/admin/dialects/otp", "otp", false)]
    [TestCase("/admin/objects/scopes", "Scopes", false)]
    [TestCase("/admin/objects/claims", "Claims", false)]
    [TestCase("/admin/objects/user-attributes", "User attributes", false)]
    [TestCase("/admin/objects/api-resources", "API resources", false)]
    [TestCase("/admin/objects/roles", "Roles", false)]
    [TestCase("/admin/objects/roles/manager", "manager", false)]
    [TestCase("/admin/objects/tenants", "Tenants", false)]
    [TestCase("/admin/objects/api-keys", "API keys", true)]
    [TestCase("/admin/objects/api-keys/southern", "southern", true)]
    [TestCase("/admin/keys", "Signing keys", false)]
    [TestCase("/admin/outbox", "Outbox", false)]
    [TestCase("/admin/configuration", "Configuration", false)]
    [TestCase("/admin/templates", "Templates", false)]
    [TestCase("/admin/templates/otp-email.de", "otp-email.de", false)]
    public async Task A_page_is_for_those_who_may_see_its_objects(string path, string heading, bool isOfOrganizations)
    {
        var (root, local) = (await _root.OpenAsync(path), await _local.OpenAsync(path));
        var german = await _root.OpenAsync($"{path}?ui_locales=de");

        Assert.That((root.Status, root.Text("h1")), Is.EqualTo((200, heading)), root.Answer.Body);
        Assert.That(german.Status, Is.EqualTo(200), german.Answer.Body);
        Assert.That(local.Status, Is.EqualTo(isOfOrganizations ? 200 : 403));
        Assert.That(root.Answer.Body, Does.Not.Contain("<i>").And.Not.Contain("<b>").And.Not.Contain("style=\""));
    }

    [TestCase("/admin/clients/none")]
    [TestCase("/admin/dialects/none")]
    [TestCase("/admin/objects/none")]
    [TestCase("/admin/objects/none/none")]
    [TestCase("/admin/objects/scopes/none")]
    [TestCase("/admin/templates/none.de")]
    public async Task What_is_not_there_is_said_so(string path) => Assert.That((await _root.OpenAsync(path)).Status, Is.EqualTo(404));

    [Test]
    public async Task A_client_is_made_by_saying_what_it_is_and_its_secret_is_shown_once()
    {
        var made = await _root.DoAsync(
            "/admin/clients", "client_create", null, ("kind", "web"), ("client_id", "shop"), ("client_name", "Shop"),
            ("redirect_uris", "https://shop.example/cb\nhttps://shop.example/other"), ("contacts", "shop@example.com"));
        var secret = made.Text("code.secret")!;
        var page = await _root.OpenAsync("/admin/clients/shop");
        var text = page.Text("details.whole pre");

        Assert.That((made.Status, secret.Length), Is.EqualTo((200, 43)), made.Answer.Body);
        Assert.That(page.Answer.Body, Does.Not.Contain(secret));
        Assert.That(text, Does.Contain("require_pkce: true").And.Contain("[https://shop.example/cb, https://shop.example/other]"));
        Assert.That(text, Does.Contain("grant_types: [authorization_code, refresh_token]").And.Contain("scope: \"openid profile email\""));

        // A contact with a comma stays one while another field changes.
        await _root.DoAsync("/admin/clients/shop", "object_change", null, ("contacts", "Smith, Jane <jane@example.com>"));
        await _root.DoAsync("/admin/clients/shop", "object_change", null, ("client_name", "Shops"));
        Assert.That(
            (await _root.OpenAsync("/admin/clients/shop")).Text("details.whole pre"),
            Does.Contain("client_name: Shops").And.Contain("contacts: [\"Smith, Jane <jane@example.com>\"]"));

        // Fields, then text, then an old state.
        await _root.DoAsync("/admin/clients/shop", "object_change", null, ("client_name", "New"), ("contacts", "a@example.com"));
        var asText = await _root.OpenAsync("/admin/clients/shop?do=object_replace");
        var form = asText.FormOf("object_replace")!;
        var whole = form.QuerySelector("textarea")!.TextContent;
        Assert.That(whole, Does.Contain("client_name: New").And.Contain("contacts: [\"a@example.com\"]").And.Contain("stored:"));
        var newer = whole.Replace("client_name: New", "client_name: Newer", StringComparison.Ordinal);
        var changed = await _root.FollowedAsync(await _root.SubmitAsync(asText, form, ("text", newer)));
        var stale = await _root.SubmitAsync(asText, form, ("text", whole));
        Assert.That((changed.Text("h1"), changed.Text(".notice")), Is.EqualTo(("Newer", "The changes are in force.")));
        Assert.That(stale.Status, Is.EqualTo(412));
        Assert.That(stale.Text(".failure"), Does.Contain("Somebody has changed this meanwhile"));
        Assert.That(stale.FormOf("object_replace")!.QuerySelector("textarea")!.TextContent, Does.Contain("client_name: Newer"));

        var gone = await _root.FollowedAsync(await _root.DoAsync("/admin/clients/shop", "object_delete", null));
        Assert.That((gone.Path.Split('?')[0], gone.Text(".notice")), Is.EqualTo(("/admin/clients", "It was deleted.")));
    }

    [TestCase("spa", "token_endpoint_auth_method: none", "allowed_cors_origins: [https://app.example]")]
    [TestCase("native", "token_endpoint_auth_method: none", "allowed_cors_origins: []")]
    [TestCase("machine", "grant_types: [client_credentials]", "redirect_uris: []")]
    public async Task Each_kind_of_client_has_a_configuration_that_fits(string kind, string first, string second)
    {
        var id = $"kind-{kind}";
        var made = await _root.DoAsync(
            "/admin/clients", "client_create", null, ("kind", kind), ("client_id", id), ("redirect_uris", "https://app.example/cb"));
        Assert.That(made.Text(".failure"), Is.Null);
        var text = (await _root.OpenAsync($"/admin/clients/{id}")).Text("details.whole pre");

        Assert.That(text, Does.Contain(first).And.Contain(second));
    }

    [Test]
    public async Task What_is_wrong_with_a_text_is_said_with_its_place_and_the_text_stays()
    {
        const string Unreadable = "name: [";
        var noYaml = await _root.DoAsync("/admin/objects/scopes", "object_create", null, ("text", Unreadable));
        var faulty = await _root.DoAsync("/admin/objects/scopes", "object_create", null, ("text", "name: wrong\nclaims: [none]\nclaim: x"));

        Assert.That((noYaml.Status, noYaml.FormOf("object_create")!.QuerySelector("textarea")!.TextContent), Is.EqualTo((400, Unreadable)));
        Assert.That(noYaml.Text(".failure"), Does.Contain("is not YAML"));
        Assert.That(faulty.Status, Is.EqualTo(400));
        Assert.That(faulty.Text(".failure"), Does.Contain("Claims").Or.Contain("claims"));
        Assert.That(faulty.Text(".failure"), Does.Contain("unknown key"));
    }

    [Test]
    public async Task An_object_is_made_as_text_changed_by_fields_and_found_by_its_name()
    {
        var made = await _root.FollowedAsync(
            await _root.DoAsync("/admin/objects/scopes", "object_create", null, ("text", "name: a/b.read\ndisplay_name: \"<u>A</u>\"")));
        var listed = await _root.OpenAsync("/admin/objects/scopes?prefix=a%2Fb&source=api");
        var changed = await _root.FollowedAsync(
            await _root.DoAsync("/admin/objects/scopes/a%2Fb.read", "object_change", null, ("claims", "email\nname")));

        Assert.That((made.Text("h1"), made.Status), Is.EqualTo(("a/b.read", 200)), made.Answer.Body);
        Assert.That(listed.Document.QuerySelectorAll("#objects tbody tr").Length, Is.EqualTo(1), listed.Answer.Body);
        Assert.That(listed.Answer.Body, Does.Not.Contain("<u>"));
        Assert.That(changed.Text("details.whole pre"), Does.Contain("claims: [email, name]"));
    }

    [Test]
    public async Task An_object_of_a_file_names_its_line_and_has_no_buttons()
    {
        var page = await _root.OpenAsync("/admin/clients/filed");
        var posted = await _root.OpenAsync("/admin/clients/filed?do=object_delete");
        var refused = await _root.SubmitAsync(posted, posted.FormOf("object_delete")!);

        Assert.That(page.Text(".notice"), Does.StartWith("This is defined in the file"));
        Assert.That(page.Document.QuerySelectorAll(".acts a, .acts form"), Is.Empty);
        Assert.That(refused.Status, Is.EqualTo(409));
        Assert.That(refused.Text(".failure"), Does.Contain("This is defined in the file"));
    }

    [Test]
    public async Task A_partner_is_refused_at_the_older_API_and_the_page_of_the_API_says_who_calls()
    {
        await _root.DoAsync("/admin/clients", "partner_create", null, ("client_id", "partner-1"));
        var off = await _root.FollowedAsync(
            await _root.DoAsync("/admin/clients/partner-1", "client_dialects", null, ("suspend-hash-secret", "true")));
        var dialect = await _root.OpenAsync("/admin/dialects/hash-secret");

        Assert.That(off.Text("#dialects"), Does.Contain("hash-secret").And.Contain("Refused for now"));
        Assert.That(dialect.Text("#callers"), Does.Contain("<i>Filed</i>").And.Contain("<b>team@example.com").And.Contain("1,234"));
        Assert.That(dialect.Document.QuerySelectorAll("svg.chart rect").Count(bar => bar.GetAttribute("height") != "0"), Is.EqualTo(1));
        Assert.That(dialect.Answer.Body, Does.Contain("Refused callers: 1, with 1234 calls"));
    }

    [Test]
    public async Task An_older_API_is_given_dates_and_switched_on_and_off()
    {
        await _root.DoAsync("/admin/dialects/open-endpoints", "object_change", null, ("sunset", "2031-12-31"));
        var on = await _root.FollowedAsync(await _root.DoAsync("/admin/dialects/open-endpoints", "dialect_on", null));
        var off = await _root.FollowedAsync(await _root.DoAsync("/admin/dialects/open-endpoints", "dialect_off", null));

        Assert.That(on.Answer.Body, Does.Contain("2031-12-31"));
        Assert.That((HasButton(on, "dialect_off"), HasButton(on, "dialect_on")), Is.EqualTo((true, false)));
        Assert.That((off.Text(".notice"), HasButton(off, "dialect_on")), Is.EqualTo(("It is off.", true)));
        var wrong = await _root.DoAsync("/admin/dialects/open-endpoints", "object_change", null, ("sunset", "soon"));
        Assert.That((wrong.Status, wrong.Text(".failure")!.Contains("Ends on", StringComparison.Ordinal)), Is.EqualTo((400, true)));
    }

    [Test]
    public async Task The_page_of_one_time_passwords_says_that_logins_by_code_end_as_well()
    {
        const string Sentence = "Logins by code on the login pages end as well";
        var on = await _root.FollowedAsync(await _root.DoAsync("/admin/dialects/otp", "dialect_on", null));
        var off = await _root.FollowedAsync(await _root.DoAsync("/admin/dialects/otp", "dialect_off", null));

        Assert.That(on.Answer.Body, Does.Contain(Sentence));
        Assert.That(off.Answer.Body, Does.Not.Contain(Sentence));
    }

    [Test]
    public async Task What_was_made_here_is_shown_as_a_file_when_it_is_asked_for()
    {
        await _root.DoAsync("/admin/objects/scopes", "object_create", null, ("text", "name: exported"));
        var page = await _root.OpenAsync("/admin/configuration");
        var export = await _root.OpenAsync(page.Document.QuerySelector("a[href*='show=export']")!.GetAttribute("href")!.Split('#')[0]);

        Assert.That(page.Text("pre"), Is.Null);
        Assert.That(export.Text("pre"), Does.Contain("exported"), export.Answer.Body);
    }

    [Test]
    public async Task One_time_passwords_of_a_client_are_set_within_their_limits()
    {
        var made = await _root.DoAsync(
            "/admin/clients", "object_create", null,
            ("text", "client_id: coder\ngrant_types: [\"urn:identityhub:params:oauth:grant-type:otp\"]\notp: { enabled: true }\n"
                + "client_secrets: [{ value: \"generate:\" }]\nscope: openid"));
        Assert.That(made.Status, Is.EqualTo(200), made.Text(".failure"));
        var set = await _root.FollowedAsync(
            await _root.DoAsync(
                "/admin/clients/coder", "client_otp", null, ("otp-enabled", "true"), ("otp-ttl", "5m"), ("otp-digits", "8")));
        var wrong = await _root.DoAsync("/admin/clients/coder", "client_otp", null, ("otp-ttl", "2h"));
        var noNumber = await _root.DoAsync("/admin/clients/coder", "client_otp", null, ("otp-digits", "many"));
        var open = await _root.OpenAsync("/admin/clients/coder?do=client_otp");
        await _root.DoAsync("/admin/clients/coder", "client_otp", null, ("otp-ttl", "7m"), ("otp-digits", "6"));
        var stale = await _root.SubmitAsync(open, open.FormOf("client_otp")!, ("otp-ttl", "1m"));

        Assert.That(set.Text("details.whole pre"), Does.Contain("enabled: true, ttl: 5m, digits: 8"), set.Answer.Body);
        Assert.That((wrong.Status, OtpOf(wrong, "ttl")), Is.EqualTo((400, "2h")), "what was wrong stays");
        Assert.That((noNumber.Status, OtpOf(noNumber, "digits")), Is.EqualTo((400, "many")), noNumber.Text(".failure"));
        Assert.That((stale.Status, OtpOf(stale, "ttl"), OtpOf(stale, "digits")), Is.EqualTo((412, "7m", "6")), "the new state");
    }

    [Test]
    public async Task Keys_are_announced_and_a_message_is_sent_again()
    {
        var rotated = await _root.FollowedAsync(await _root.DoAsync("/admin/keys", "key_rotate", null, ("algorithm", "ES256")));
        Assert.That(rotated.Text("#keys"), Does.Contain("Announced"), rotated.Answer.Body);

        var id = Guid.CreateVersion7();
        await using var context = Hub.NewContext();
        context.Add(new OutboxMessage
        {
            Id = id,
            Channel = "none",
            WrappedPayload = [1],
            CreatedAt = Hub.Time.GetUtcNow(),
            NextAttemptAt = Hub.Time.GetUtcNow(),
            Attempts = 9,
            DeadAt = Hub.Time.GetUtcNow(),
            LastError = "<s>timeout",
        });
        await context.SaveChangesAsync();
        var outbox = await _root.OpenAsync("/admin/outbox");
        var sent = await _root.FollowedAsync(await _root.SubmitAsync(outbox, outbox.FormOf("message_send_again", id.ToString())!));

        Assert.That(outbox.Answer.Body, Does.Contain("&lt;s&gt;timeout").And.Not.Contain("<s>"));
        Assert.That(sent.Text(".notice"), Is.EqualTo("It is sent again now."), sent.Answer.Body);
        await context.OutboxMessages.Where(message => message.Id == id).ExecuteDeleteAsync();
    }

    [Test]
    public async Task A_template_is_tried_and_stays_as_it_is()
    {
        var tried = await _root.DoAsync(
            "/admin/templates/otp-sms.en", "template_check", null, ("text", "Own {{code}} <script>"), ("html", null));
        var wrong = await _root.DoAsync("/admin/templates/otp-sms.en", "template_check", null, ("text", "{{none}}"), ("html", null));

        Assert.That((tried.Status, tried.Text("pre.message")), Is.EqualTo((200, "Own 123456 <script>")), tried.Answer.Body);
        Assert.That(wrong.Text(".failure"), Does.Contain("line 1"));
        Assert.That((await _root.OpenAsync("/admin/templates/otp-sms.en")).Text("pre.message"), Does.Not.Contain("Own"));
    }

    [Test]
    public async Task An_administrator_of_an_organization_makes_API_keys_of_it_only()
    {
        var made = await _local.DoAsync(
            "/admin/objects/api-keys", "object_create", null,
            ("text", "name: own\nvalue: \"generate:\"\norganization: south\npermissions: [audit.read]"));
        var foreign = await _local.DoAsync(
            "/admin/objects/api-keys", "object_create", null,
            ("text", "name: other\nvalue: \"generate:\"\norganization: globex\npermissions: [audit.read]"));

        Assert.That((made.Status, made.Text("code.secret")?.Length), Is.EqualTo((200, 53)), made.Text(".failure"));
        Assert.That(foreign.Status, Is.EqualTo(400), foreign.Answer.Body);
        Assert.That((await _root.OpenAsync("/admin/objects/api-keys/other")).Status, Is.EqualTo(404));
    }

    private static string? OtpOf(Page page, string field) => page.Document.QuerySelector($"#otp-{field}")?.GetAttribute("value");

    private static bool HasButton(Page page, string action) => page.Document.QuerySelector($".acts a[href$='do={action}']") is not null;
}
