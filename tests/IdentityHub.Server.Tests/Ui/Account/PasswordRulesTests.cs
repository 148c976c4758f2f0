using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Account;

/// <summary>What may be a password, and where password managers find the page.</summary>
public class PasswordRulesTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string Breached = "Seen-In-A-Breach-1";
    private const string Resembling =
        "The password is too much like your user name or e-mail address. Leave the name out, or add a few more words.";

    private const string Padding = "Only-In-The-Padding-1";
    private string _folder = "";

    [OneTimeSetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("hub-ranges-").FullName;

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_password_from_a_breach_is_refused_on_every_page_that_sets_one()
    {
        Write(Breached, 42, ".txt");
        Write(Padding, 0, "");
        await using var hub = await StartHubAsync(
            ("IdentityHub:Passwords:BreachedFolder", _folder), ("IdentityHub:Registration:Enabled", "true"));
        var user = await hub.AddUserAsync();
        var (browser, _) = await hub.SignInAsync(user);
        var stranger = new Browser(hub.Client);

        var changed = await ChangeAsync(browser, Breached);
        var signUp = await stranger.SubmitAsync(
            await stranger.GetAsync("/signup"), "/signup", ("username", "new-user"), ("password", Breached),
            ("repeated_password", Breached));

        Assert.That(
            (changed.Failure(), signUp.Failure()),
            Is.EqualTo((
                "This password is known from a data breach, so that others try it. Choose one that you use nowhere else.",
                "This password is known from a data breach, so that others try it. Choose one that you use nowhere else.")));
        Assert.That((await ChangeAsync(browser, Padding)).Text(".notice"), Does.StartWith("Your password is changed."));
    }

    [TestCase("{0}", "x", "The password must not be the user name. Choose another one.")]
    [TestCase("{0}2026", "x", Resembling)]
    [TestCase("Margarete.Meyer!1", "margarete.meyer", Resembling)]
    [TestCase("margarete-meyer likes tea", "margarete.meyer", null)]
    [TestCase("Annabella-Garden-7", "ann", null)]
    public async Task A_password_that_is_little_more_than_a_name_is_refused(string password, string name, string? failure)
    {
        var user = await Hub.AddUserAsync(user => user.Email = $"{name}+{user.Id:N}@example.com");
        var (browser, _) = await Hub.SignInAsync(user);

        var changed = await ChangeAsync(browser, string.Format(System.Globalization.CultureInfo.InvariantCulture, password, user.UserName));

        Assert.That(changed.Failure(), Is.EqualTo(failure));
    }

    [Test]
    public async Task Password_managers_find_the_page_that_changes_a_password()
    {
        var page = await new Browser(Client).GetOnceAsync("/.well-known/change-password");

        Assert.That((page.Status, page.Location), Is.EqualTo((302, "/account/password")));
    }

    [Test]
    public void Every_field_says_what_a_browser_may_fill_in()
    {
        var folder = SourceTree.PathOf("src/IdentityHub.Server/Ui");
        var fields = from path in Directory.EnumerateFiles(folder, "*.cshtml", SearchOption.AllDirectories)
                     from line in File.ReadLines(path)
                     where line.Contains("<input", StringComparison.Ordinal)
                         && !line.Contains("type=\"hidden\"", StringComparison.Ordinal)
                         && !line.Contains("type=\"checkbox\"", StringComparison.Ordinal)
                         && !line.Contains("autocomplete=", StringComparison.Ordinal)
                     select $"{Path.GetFileName(path)}: {line.Trim()}";

        Assert.That(fields, Is.Empty);
    }

    private static async Task<Page> ChangeAsync(Browser browser, string password) =>
        await browser.SubmitAsync(
            await browser.GetAsync("/account/password"), "/account/password", ("old_password", HubUsers.Password),
            ("new_password", password), ("repeated_password", password));

    [SuppressMessage("Security", "CA5350", Justification = "The published files are named after it.")]
    private void Write(string password, int count, string extension)
    {
        var hash = Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
        File.WriteAllLines(
            Path.Combine(_folder, hash[..5] + extension), [$"{new string('0', 35)}:7", $"{hash[5..]}:{count}", $"{new string('F', 35)}:1"]);
    }
}
