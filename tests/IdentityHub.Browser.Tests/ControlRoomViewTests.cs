using IdentityHub.Testing;
using Microsoft.Playwright;
using NUnit.Framework;

namespace IdentityHub.Browser.Tests;

/// <summary>Every page of the control room in a real browser: on a telephone and on a wide screen, in both languages, with axe.</summary>
[Spec("ASSURANCE", "I4")]
public class ControlRoomViewTests
{
    private const string Keeper = "22222222-2222-4222-8222-222222222202";
    private const string Alice = "11111111-1111-4111-8111-111111111109";

    private static readonly View[] Views = [new(320, ColorScheme.Light, "de"), new(1280, ColorScheme.Light, "en")];

    // Each page with its name; one line a page. Pages for administrators of the installation only.
    private static readonly (string Path, string Name)[] OfInstallation =
    [
        ("/admin/clients", "clients"),
        ("/admin/clients?do=client_create", "client-create"),
        ("/admin/clients/shop", "client"),
        ("/admin/dialects", "dialects"),
        ("/admin/dialects/otp", "dialect"),
        ("/admin/dialects/lsid?do=object_change", "dialect-change"),
        ("/admin/dialects/otp?do=dialect_off", "dialect-off"),
        ("/admin/objects/scopes", "scopes"),
        ("/admin/objects/scopes?do=object_create", "scope-create"),
        ("/admin/objects/scopes/orders.read", "scope"),
        ("/admin/objects/claims", "claims"),
        ("/admin/objects/user-attributes", "attributes"),
        ("/admin/objects/api-resources", "api-resources"),
        ("/admin/objects/roles/keeper", "role"),
        ("/admin/objects/tenants", "tenants"),
        ("/admin/objects/api-keys", "api-keys"),
        ("/admin/keys", "keys"),
        ("/admin/keys?do=key_rotate", "keys-rotate"),
        ("/admin/outbox", "outbox"),
        ("/admin/configuration", "configuration"),
        ("/admin/templates", "templates"),
        ("/admin/templates/otp-email.de", "template"),
        ("/admin/templates/otp-email.de?do=template_check", "template-check"),
    ];

    private static readonly (string Path, string Name)[] OfAll =
    [
        ("/admin", "overview"),
        ("/admin/me", "me"),
        ("/admin/search?q=ali", "search"),
        ("/admin/users", "users"),
        ("/admin/users?do=create_user", "user-create"),
        ($"/admin/users/{Alice}", "user"),
        ($"/admin/users/{Keeper}", "user-with-roles"),
        ($"/admin/users/{Alice}?do=change_user", "user-change"),
        ($"/admin/users/{Alice}?do=erase_user", "user-erase"),
        ($"/admin/users/{Alice}?do=give_role", "role-give"),
        ($"/admin/users/{Alice}?do=change_attributes", "user-attributes"),
        ("/admin/organizations", "organizations"),
        ("/admin/organizations/acme", "organization"),
        ("/admin/organizations?do=create_organization", "organization-create"),
        ("/admin/organizations/acme?do=invite", "invite"),
        ($"/admin/audit?user_id={Alice}", "audit"),
    ];

    [TestCaseSource(nameof(Views))]
    public async Task An_administrator_of_the_installation_reads_every_page(View view) =>
        await WalkAsync(view, "chief", [.. OfAll, .. OfInstallation]);

    [TestCaseSource(nameof(Views))]
    public async Task An_administrator_of_an_organization_reads_every_page(View view) => await WalkAsync(view, "keeper", OfAll);

    [Test]
    public async Task A_list_narrows_while_one_types_and_an_explanation_is_two_clicks_away()
    {
        await using var visit = await EnterAsync(new View(1280, ColorScheme.Dark, "en"), "chief");
        var page = visit.Page;
        await page.GotoAsync("/admin/users");
        Assert.That(await page.Locator("#users tbody tr").CountAsync(), Is.GreaterThan(5));
        await page.Locator("#search").PressSequentiallyAsync("alice9");
        await Assertions.Expect(page.Locator("#users tbody tr")).ToHaveCountAsync(1);
        await page.WaitForURLAsync("**/admin/users?search=alice9**");
        await visit.LookAsync("users-narrowed");

        await page.GotoAsync("/admin/audit?type=session.started");
        await page.Locator("#events tbody tr td:last-child a").First.ClickAsync();
        await page.WaitForURLAsync("**/admin/audit/*");
        await visit.LookAsync("trace");
        Assert.That(
            await page.EvaluateAsync<string>("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"), Does.Not.Contain("<"),
            "no page is kept in the browser");
        Assert.That(visit.Requests, Has.All.StartsWith("http://localhost/"));
    }

    [Test]
    public async Task Everything_works_with_the_keyboard_and_without_scripts()
    {
        await using var visit = await EnterAsync(new View(1280, ColorScheme.Light, "en"), "chief", withScripts: false);
        var page = visit.Page;
        await page.GotoAsync("/admin/users");
        await page.Keyboard.PressAsync("Tab");
        Assert.That(
            await page.Locator(".skip").EvaluateAsync<bool>("e => e === document.activeElement"), Is.True, "the way past the navigation");
        await page.FocusAsync("#search");
        await page.Keyboard.TypeAsync("alice9");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**search=alice9**");
        Assert.That(await page.Locator("#users tbody tr").CountAsync(), Is.EqualTo(1));
        await page.FocusAsync("#users tbody a");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**/admin/users/{Alice}");
        await page.FocusAsync("a[href*='do=block_user']");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**do=block_user**");
        Assert.That(await page.Locator("form button.danger").CountAsync(), Is.EqualTo(1));
    }

    private static async Task WalkAsync(View view, string user, IReadOnlyList<(string Path, string Name)> pages)
    {
        await using var visit = await EnterAsync(view, user);
        foreach (var (path, name) in pages)
        {
            Assert.That(await visit.OpenAsync(path), Is.EqualTo(200), path);
            await visit.LookAsync($"room-{user}-{name}");

            // What an administrator of an organization sees is a part of it.
            if (!view.RunsAxe && user == "chief")
                Assert.That(await visit.FindBrokenRulesAsync(withContrast: false), Is.Empty, path);
        }
    }

    // At the issuer's own address, where the login comes back to.
    private static async Task<Visit> EnterAsync(View view, string user, bool withScripts = true)
    {
        var visit = await Visit.StartAsync(view, withScripts, new Uri("http://localhost"));
        await visit.OpenAsync("/admin");
        await visit.LogInAsync(user);
        await visit.Page.WaitForURLAsync("http://localhost/admin");
        return visit;
    }
}
