using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Account;

/// <summary>Users download what is stored about them, and delete their account.</summary>
public class DataTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string Data = "/account/data";
    private const string Download = "/account/data?handler=Download";
    private const string Delete = "/account/data?handler=Delete";

    [Test]
    public async Task The_download_holds_everything_about_the_user_but_no_secret_and_no_other_person()
    {
        var (user, other) = (await NewUserAsync(), await NewUserAsync());
        var (browser, _) = await Hub.SignInAsync(user);
        await Hub.SignInAsync(other);
        await browser.GetAsync(CodeFlow.Address("web"));
        await Hub.AuditAsync(user.Id, "session.started");

        var file = (await browser.SubmitAsync(await browser.GetAsync(Data), Download)).Answer;

        Assert.That(file.Status, Is.EqualTo(200), file.ToString());
        Assert.That(file.Header("Content-Disposition"), Is.EqualTo("attachment; filename=\"account-data.json\""));
        Assert.That(file.Header("Cache-Control"), Does.Contain("no-store"));
        using var data = JsonDocument.Parse(file.Body);
        JsonElement First(string section) => data.RootElement.GetProperty(section)[0];
        Assert.Multiple(() =>
        {
            Assert.That(data.RootElement.GetProperty("user_id").GetGuid(), Is.EqualTo(user.Id));
            Assert.That(First("account").GetProperty("email").GetString(), Is.EqualTo(user.Email));
            Assert.That(First("account").GetProperty("family_name").GetString(), Is.EqualTo("O'Hara & Söhne"));
            Assert.That(First("account").GetProperty("has_password").GetBoolean(), Is.True);
            Assert.That(First("sessions").GetProperty("authentication_methods").GetString(), Is.EqualTo("pwd"));
            Assert.That(First("authorization_codes").GetProperty("client_id").GetString(), Is.EqualTo("web"));
            Assert.That(
                data.RootElement.GetProperty("audit_events").EnumerateArray().Select(row => row.GetProperty("type").GetString()),
                Does.Contain("session.started"));
        });
        foreach (var secret in new[]
            {
                user.PasswordHash!, user.SecurityStamp!, browser.Session()!, other.Id.ToString(), other.UserName!, other.Email!,
            })
            Assert.That(file.Body, Does.Not.Contain(secret));
        Assert.That(await Hub.AuditAsync(user.Id, "user.data_downloaded"), Has.Exactly(1).Items);
    }

    [Test]
    public async Task All_rows_of_a_long_audit_trail_are_in_the_download_once()
    {
        const int Count = 2500;
        var user = await NewUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        await using (var context = Hub.NewContext())
        {
            // Two rows of each moment.
            for (var i = 0; i < Count; i++)
                context.Add(new Storage.Audit.AuditEvent
                {
                    TraceId = Guid.NewGuid(),
                    Id = Guid.CreateVersion7(),
                    At = FakeTime.Start - TimeSpan.FromSeconds((i / 2) + 1),
                    Type = "made.here",
                    Endpoint = "here",
                    UserId = user.Id,
                    IpAddress = "203.0.113.77",
                    Detail = i == 0 ? $"by user {Guid.NewGuid()}" : null,
                });
            await context.SaveChangesAsync();
        }

        var file = (await browser.SubmitAsync(await browser.GetAsync(Data), Download)).Answer;

        using var data = JsonDocument.Parse(file.Body);
        var rows = data.RootElement.GetProperty("audit_events").EnumerateArray()
            .Where(row => row.GetProperty("type").GetString() == "made.here").ToList();
        Assert.That(rows.Select(row => row.GetProperty("trace_id").GetString()).Distinct().Count(), Is.EqualTo(Count));
        Assert.That(rows, Has.Count.EqualTo(Count));
        Assert.That(
            rows.Count(row => row.GetProperty("ip_address").GetString() is null), Is.EqualTo(1), "the address of another person");
    }

    [Test]
    public async Task Downloads_of_one_user_are_limited_and_cost_another_nothing()
    {
        var (browser, _) = await Hub.SignInAsync(await NewUserAsync());
        var page = await browser.GetAsync(Data);
        for (var i = 0; i < 10; i++)
            Assert.That((await browser.SubmitAsync(page, Download)).Status, Is.EqualTo(200));

        Assert.That((await browser.SubmitAsync(page, Download)).Status, Is.EqualTo(429));
        var (another, _) = await Hub.SignInAsync(await NewUserAsync());
        Assert.That((await another.SubmitAsync(await another.GetAsync(Data), Download)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task An_account_is_deleted_when_its_user_types_their_name_and_everything_ends()
    {
        var user = await NewUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var session = browser.Session();
        browser.AcceptLanguage = "fr";
        var page = await browser.GetAsync(Data);

        var wrong = await browser.SubmitAsync(page, Delete, ("confirmation", "yes"));
        Assert.That((wrong.Status, wrong.Language()), Is.EqualTo((400, "fr")));
        Assert.That((await Hub.ReadUserAsync(user.Id)).Email, Is.EqualTo(user.Email), "nothing was deleted");
        var done = await browser.SubmitAsync(page, Delete, ("confirmation", $" {user.UserName!.ToUpperInvariant()} "));

        Assert.That(
            (done.Path, done.Text("h1"), browser.Session()),
            Is.EqualTo(("/account/deleted", "Votre compte est supprimé", (string?)null)));
        var after = await Hub.ReadUserAsync(user.Id);
        Assert.That(
            (after.UserName, after.Email, after.FamilyName, after.PasswordHash, after.DisabledAt is not null),
            Is.EqualTo((user.Id.ToString(), (string?)null, (string?)null, (string?)null, true)));
        var stolen = new Browser(Client) { Cookies = { [Pages.SessionCookie] = session! } };
        Assert.That((await stolen.GetAsync("/account")).Path, Does.StartWith("/login"));
        Assert.That((await Hub.AuditAsync(user.Id, "user.erased")).Single().Detail, Is.EqualTo("by the user"));
        var notice = await Eventually.GetAsync(() => Task.FromResult(Hub.SentTo(user.Email!)), mails => mails.Count > 0);
        Assert.That(notice.Select(mail => mail.Text.Subject), Is.EqualTo(["Votre compte a été supprimé"]));
        await using var context = Hub.NewContext();
        Assert.That((await context.ClientAccounts.SingleAsync(account => account.UserId == user.Id)).DeletedAt, Is.Not.Null);
        Assert.That(await context.Sessions.AnyAsync(row => row.UserId == user.Id), Is.False);
    }

    [Test]
    public async Task A_login_that_is_not_fresh_downloads_and_deletes_nothing()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync();
        var (browser, _) = await hub.SignInAsync(user);
        var page = await browser.GetAsync(Data);
        hub.Time.Advance(TimeSpan.FromMinutes(16));

        Assert.That((await browser.GetAsync(Data)).Document.QuerySelectorAll("main form"), Is.Empty);
        Assert.That((await browser.SubmitAsync(page, Download)).IsLogin(), Is.True);
        Assert.That((await browser.SubmitAsync(page, Delete, ("confirmation", user.UserName))).IsLogin(), Is.True);
        Assert.That((await hub.ReadUserAsync(user.Id)).DisabledAt, Is.Null);
    }

    [Test]
    public async Task Of_the_administrators_one_stays_also_when_all_leave_at_once()
    {
        await using var hub = await StartHubAsync();
        var users = new List<User>();
        var leaving = new List<(Browser Browser, Page Page)>();
        for (var i = 0; i < 2; i++)
        {
            users.Add(await hub.AddUserAsync());
            await using var context = hub.NewContext();
            var admin = await context.Roles.SingleAsync(role => role.Name == "admin");
            context.Add(new IdentityUserRole<Guid> { UserId = users[i].Id, RoleId = admin.Id });
            await context.SaveChangesAsync();
            var (browser, _) = await hub.SignInAsync(users[i]);
            leaving.Add((browser, await browser.GetAsync(Data)));
        }

        var pages = await Task.WhenAll(
            leaving.Select((one, i) => one.Browser.SubmitAsync(one.Page, Delete, ("confirmation", users[i].UserName))));

        Assert.That(pages.Select(page => page.Status), Is.EquivalentTo([200, 409]));
        var refused = pages.Single(page => page.Status == 409);
        Assert.That(refused.Failure(), Does.StartWith("You are the last administrator here."));
        var last = Array.IndexOf(pages, refused);
        Assert.That((await hub.ReadUserAsync(users[last].Id)).DisabledAt, Is.Null);
        Assert.That((await leaving[last].Browser.GetAsync("/account")).Path, Is.EqualTo("/account"));
    }

    private Task<User> NewUserAsync() => Hub.AddUserAsync(user =>
    {
        user.Email = $"{user.Id:N}@example.com";
        user.EmailConfirmed = true;
        user.FamilyName = "O'Hara & Söhne";
    });
}
