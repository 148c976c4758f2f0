using System.Buffers.Text;
using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication.Passkeys;

[Spec("WebAuthn Level 3", "7.2")]
public class PasskeyLoginTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    [TestCase(true, "swk", false)]
    [TestCase(false, "hwk", true)]
    [Spec("RFC 8176", "2"), Spec("ASSURANCE", "S1")]
    public async Task S1_A_user_signs_in_without_a_user_name_at_the_client_they_came_from(bool isSynced, string key, bool remember)
    {
        var user = await Hub.AddUserAsync();
        var (owner, _) = await Hub.SignInAsync(user);
        using var passkey = await owner.NewPasskeyAsync(made =>
        {
            made.IsBackupEligible = made.IsBackedUp = isSynced;
            made.Counter = isSynced ? null : 7;
        });
        var browser = new Browser(Client);
        var login = await browser.GetAsync(CodeFlow.Address("web"));

        var done = await browser.UsePasskeyAsync(login, passkey, ("remember", remember ? "true" : "false"));

        var tokens = await Client.RedeemAsync("web", done.Sent("code"));
        var idToken = new JsonWebToken(tokens["id_token"]);
        Assert.That(idToken.Subject, Is.EqualTo(user.Id.ToString()), tokens.ToString());
        Assert.That(idToken.Claims.Where(claim => claim.Type == "amr").Select(claim => claim.Value), Is.EqualTo([key, "user", "mfa"]));
        Assert.That(idToken.GetClaim("acr").Value, Is.EqualTo("urn:identityhub:acr:3"));
        var stored = (await Hub.PasskeysAsync(user.Id)).Single();
        Assert.That(
            (stored.Name, stored.SignCount, stored.LastUsedAt, stored.IsBackedUp, string.Join(' ', stored.Transports)),
            Is.EqualTo(("My key", isSynced ? 0u : 8u, Hub.Time.GetUtcNow(), isSynced, "internal hybrid")));
        await using var context = Hub.NewContext();
        var session = await context.Sessions.OrderByDescending(row => row.Id).FirstAsync(row => row.UserId == user.Id);
        Assert.That((session.AuthenticationMethods, session.IsPersistent), Is.EqualTo(($"{key} user mfa", remember)));
    }

    private static IEnumerable<TestCaseData> Tampered()
    {
        yield return Case("another origin", a => a.Origin = "https://hub.test.evil.example", "passkey_origin");
        yield return Case("another port", a => a.Origin = "https://hub.test:444", "passkey_origin");
        yield return Case("http", a => a.Origin = "http://hub.test", "passkey_origin");
        yield return Case("a frame", a => a.IsFramed = true, "passkey_origin");
        yield return Case("another site", a => a.OtherSite = "evil.example", "passkey_relying_party");
        yield return Case("the other ceremony", a => a.OtherType = "webauthn.create", "passkey_malformed");
        yield return Case("a wrong signature", a => a.SignsWrong = true, "passkey_signature");
        yield return Case("another user", a => a.UserHandle = Guid.NewGuid().ToByteArray(bigEndian: true), "passkey_foreign");
        yield return Case("no user", a => a.UserHandle = [], "passkey_foreign");
        yield return Case("no longer synced", a => a.IsBackupEligible = a.IsBackedUp = false, "passkey_backup");
        yield return Case(
            "no user verification", a => a.IsUserVerified = false, "passkey_not_verified",
            "Your device has not checked that it is you. Turn on its screen lock or the PIN of your security key, and try again.");
        yield return Case(
            "an unknown credential", a => a.CredentialId = [1, 2, 3], "passkey_unknown",
            "This passkey is not known here: it may have been removed from your account. Sign in in another way, delete it from your "
                + "device, and add a new one.");

        static TestCaseData Case(string name, Action<SoftwareAuthenticator> change, string reason, string? words = null) =>
            new TestCaseData(change, reason, words ?? PasskeyPages.Refused).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Tampered))]
    public async Task What_breaks_a_rule_is_refused_and_audited_and_the_owner_still_signs_in(
        Action<SoftwareAuthenticator> change, string reason, string words)
    {
        var (owner, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        using var passkey = await owner.NewPasskeyAsync();
        using var tampered = passkey.Clone();
        change(tampered);
        var browser = new Browser(Client);
        var before = await CountAsync(reason);

        var refused = await browser.UsePasskeyAsync(await browser.GetAsync("/login"), tampered);

        Assert.That((refused.Path, refused.Status, refused.Failure()), Is.EqualTo((PasskeyPages.Login, 400, words)));
        Assert.That(browser.Session(), Is.Null);
        Assert.That(
            await Eventually.GetAsync(() => CountAsync(reason), count => count > before), Is.GreaterThan(before), "the audit trail");
        Assert.That((await browser.UsePasskeyAsync(refused, passkey)).Path, Is.EqualTo("/account"), "from the page of the refusal");
    }

    [Test]
    [Spec("ASSURANCE", "R7")]
    public async Task R7_A_challenge_is_used_once_in_the_browser_that_asked_for_it_for_a_sign_in_and_for_five_minutes()
    {
        await using var hub = await StartHubAsync();
        var (owner, _) = await hub.SignInAsync(await hub.AddUserAsync());
        using var passkey = await owner.NewPasskeyAsync();
        var (browser, other) = (new Browser(hub.Client), new Browser(hub.Client));
        var (page, otherPage) = (await browser.GetAsync("/login"), await other.GetAsync("/login"));
        await other.OptionsAsync(PasskeyPages.Login);
        var options = await browser.OptionsAsync(PasskeyPages.Login);
        var signed = passkey.Get(options);
        const string late = "This took too long, or began in another browser. Try again.";

        var stolen = await other.SubmitAsync(otherPage, PasskeyPages.Login, ("credential", signed));
        var bare = new Browser(hub.Client);
        var without = await bare.SubmitAsync(await bare.GetAsync("/login"), PasskeyPages.Login, ("credential", signed));
        var first = await browser.SubmitAsync(page, PasskeyPages.Login, ("credential", signed));
        var again = await browser.SubmitAsync(page, PasskeyPages.Login, ("credential", signed));
        var ofEnrolment = await owner.OptionsAsync(PasskeyPages.Account);
        var wrongKind = await browser.SubmitAsync(page, PasskeyPages.Login, ("credential", passkey.Get(WithSite(ofEnrolment))));
        var old = passkey.Get(await browser.OptionsAsync(PasskeyPages.Login));
        var nearly = passkey.Get(await browser.OptionsAsync(PasskeyPages.Login));
        hub.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        var inTime = await browser.SubmitAsync(page, PasskeyPages.Login, ("credential", nearly));
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        var tooLate = await browser.SubmitAsync(page, PasskeyPages.Login, ("credential", old));

        Assert.Multiple(() =>
        {
            Assert.That((stolen.Failure(), without.Failure()), Is.EqualTo((late, late)));
            Assert.That(first.Path, Is.EqualTo("/account"));
            Assert.That(again.Failure(), Is.EqualTo(PasskeyPages.Refused));
            Assert.That(wrongKind.Failure(), Is.EqualTo(late));
            Assert.That(inTime.Path, Is.EqualTo("/account"));
            Assert.That(tooLate.Failure(), Is.EqualTo(late));
        });
    }

    [Test]
    public async Task A_counter_that_goes_back_is_refused_and_the_user_has_an_audit_row_of_it()
    {
        var user = await Hub.AddUserAsync();
        var (owner, _) = await Hub.SignInAsync(user);
        using var passkey = await owner.NewPasskeyAsync(made => (made.Counter, made.IsBackupEligible, made.IsBackedUp) = (5, false, false));
        using var copy = passkey.Clone();
        using var silent = passkey.Clone();
        silent.Counter = null;
        var first = await Client.UsePasskeyAsync(passkey);

        var ofCopy = await Client.UsePasskeyAsync(copy);
        var ofSilent = await Client.UsePasskeyAsync(silent);
        var next = await Client.UsePasskeyAsync(passkey);

        Assert.That((first.Path, next.Path), Is.EqualTo(("/account", "/account")));
        Assert.That(
            (ofCopy.Failure(), ofSilent.Failure()), Is.EqualTo((PasskeyPages.Refused, PasskeyPages.Refused)));
        var rows = await Hub.AuditAsync(user.Id, "passkey.counter_went_back", 2);
        Assert.That(
            rows.Select(row => row.Detail),
            Is.EqualTo(
                [
                    "the counter went from 6 to 6: there may be a copy of the passkey",
                    "the counter went from 6 to 0: there may be a copy of the passkey",
                ]));
        Assert.That((await Hub.PasskeysAsync(user.Id)).Single().SignCount, Is.EqualTo(7u));
    }

    [Test]
    [Spec("ASSURANCE", "B2"), Spec("ASSURANCE", "E1")]
    public async Task B2_A_user_who_is_not_admitted_is_refused_in_the_words_of_a_wrong_signature()
    {
        var (blocked, disabled) = (await Hub.AddUserAsync(), await Hub.AddUserAsync());
        var seen = new List<string>();
        foreach (var user in new[] { blocked, disabled })
        {
            var (owner, _) = await Hub.SignInAsync(user);
            using var passkey = await owner.NewPasskeyAsync();
            await Hub.ChangeUserAsync(user.Id, row =>
            {
                if (user == blocked)
                    row.LockoutEnd = Hub.Time.GetUtcNow().AddDays(1);
                else
                    row.DisabledAt = Hub.Time.GetUtcNow();
            });
            seen.Add(Seen(await Client.UsePasskeyAsync(passkey)));
            passkey.SignsWrong = true;
            seen.Add(Seen(await Client.UsePasskeyAsync(passkey)));
        }

        Assert.That(seen, Is.All.EqualTo($"400 {PasskeyPages.Refused}"));

        static string Seen(Page page) => $"{page.Status} {page.Failure()}";
    }

    [Test]
    [Spec("ASSURANCE", "I8"), Spec("ASSURANCE", "I9")]
    public async Task I8_What_is_no_credential_is_refused_and_nothing_breaks()
    {
        await using var hub = await StartHubAsync();
        var (owner, _) = await hub.SignInAsync(await hub.AddUserAsync());
        using var passkey = await owner.NewPasskeyAsync();
        using var another = new SoftwareAuthenticator();
        var page = await owner.GetAsync(PasskeyPages.Account);
        var login = await owner.GetAsync(CodeFlow.Address("web", ("prompt", "login")));
        var good = passkey.Get(await owner.OptionsAsync(PasskeyPages.Login));
        var created = another.Create(await owner.OptionsAsync(PasskeyPages.Account));
        foreach (var sent in Garbage(good).Concat(Garbage(created)))
        {
            var atLogin = await owner.SubmitAsync(login, PasskeyPages.Login, ("credential", sent));
            var atAccount = await owner.SubmitAsync(page, PasskeyPages.Account, ("credential", sent), ("name", "x"));
            Assert.That((atLogin.Status, atAccount.Status), Is.EqualTo((400, 400)), sent);
        }

        Assert.That(
            (await owner.SubmitAsync(login, PasskeyPages.Login, ("credential", new string('x', 100_000)))).Status,
            Is.AnyOf(400, 413));
    }

    [Test]
    [Spec("ASSURANCE", "L1"), Spec("ASSURANCE", "B4")]
    public async Task L1_Failures_of_strangers_at_the_address_refuse_neither_the_known_passkey_nor_a_password()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync();
        var (owner, _) = await hub.SignInAsync(user);
        using var passkey = await owner.NewPasskeyAsync();
        Assert.That((await hub.Client.UsePasskeyAsync(passkey)).Path, Is.EqualTo("/account"));
        var browser = new Browser(hub.Client);
        var page = await browser.GetAsync("/login");
        var options = await browser.OptionsAsync(PasskeyPages.Login);
        using var stranger = passkey.Clone();
        var statuses = new List<int>();
        for (var i = 0; i < 101; i++)
        {
            stranger.CredentialId = BitConverter.GetBytes(i);
            statuses.Add((await browser.SubmitAsync(page, PasskeyPages.Login, ("credential", stranger.Get(options)))).Status);
        }

        Assert.That((statuses[99], statuses[100]), Is.EqualTo((400, 429)));
        Assert.That((await hub.Client.UsePasskeyAsync(passkey)).Path, Is.EqualTo("/account"));
        await hub.SignInAsync(user);
    }

    [Test]
    public async Task The_login_page_and_what_its_script_asks_for_cost_no_statement_and_a_few_kilobytes()
    {
        await using var hub = await StartHubAsync();
        await new Browser(hub.Client).GetAsync("/login");
        var statements = hub.RecordStatements();
        var browser = new Browser(hub.Client);
        var page = await browser.GetAsync("/login");
        await browser.OptionsAsync(PasskeyPages.Login);

        Assert.That(statements, Is.Empty);
        var script = await hub.Client.GetAnswerAsync(page.Document.QuerySelector("script[type=module]")!.GetAttribute("src")!);
        var style = await hub.Client.GetAnswerAsync(page.Document.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!);
        Assert.That(script.Header("Cache-Control"), Is.EqualTo("public, max-age=31536000, immutable"));
        Assert.That(script.Body, Has.Length.LessThanOrEqualTo(6 * 1024));
        Assert.That(page.Answer.Body.Length + script.Body.Length + style.Body.Length, Is.LessThan(40 * 1024));
    }

    private static IEnumerable<string> Garbage(string good)
    {
        yield return "";
        yield return "{";
        yield return "null";
        yield return "[]";
        yield return "{}";
        yield return new string('[', 1000);
        yield return """{"id":"AAAA","response":null}""";
        yield return """{"id":1,"response":{"clientDataJSON":2}}""";
        yield return """{"id":"","response":{"clientDataJSON":"e30"}}""";
        yield return """{"id":"AAAA","response":{"clientDataJSON":"not base64!"}}""";
        yield return """{"id":"AAAA","id":"AAAB","response":{"clientDataJSON":"e30"}}""";
        yield return $$$"""{"id":"{{{new string('A', 30_000)}}}","response":{"clientDataJSON":"e30"}}""";
        using var document = JsonDocument.Parse(good);
        foreach (var part in document.RootElement.GetProperty("response").EnumerateObject().Where(part => part.Name != "userHandle"))
        {
            var text = part.Value.GetString()!;
            foreach (var other in new[]
                {
                    "", "AA", text[..(text.Length / 2 / 4 * 4)], Base64Url.EncodeToString("null"u8), Base64Url.EncodeToString("{}"u8),
                    Base64Url.EncodeToString([0xff, 0xff, 0xff]), Base64Url.EncodeToString([0xbf, 0xbf, 0xbf, 0xbf]),
                    new string('A', 20_000),
                })
                yield return good.Replace(text, other, StringComparison.Ordinal);
        }
    }

    private async Task<int> CountAsync(string reason)
    {
        await using var context = Hub.NewContext();
        return await context.AuditEvents.CountAsync(row => row.Reason == reason && row.Endpoint == "login/passkey");
    }

    // The options of an enrolment, read as those of a sign-in.
    private static JsonElement WithSite(JsonElement options) =>
        JsonSerializer.SerializeToElement(new { challenge = options.GetProperty("challenge").GetString(), rpId = "hub.test" });
}
