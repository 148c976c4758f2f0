using System.Buffers.Text;
using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication.Passkeys;

[Spec("WebAuthn Level 3", "7.1")]
public class PasskeyEnrolmentTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string Model = "2fc0579f-8113-47ea-b116-bb5a8db9202a";

    [Test]
    public async Task A_user_adds_several_passkeys_renames_one_and_removes_it()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        using var phone = await browser.NewPasskeyAsync(name: "  Phone ");
        using var key = await browser.NewPasskeyAsync(made => made.IsBackupEligible = made.IsBackedUp = false, "Key <b>");

        var page = await browser.GetAsync(PasskeyPages.Account);
        Assert.That(
            page.Document.QuerySelectorAll("ul.rows .what").Select(
                row => (row.QuerySelector("strong")!.TextContent, row.QuerySelector(".badge")!.TextContent)),
            Is.EqualTo([("Phone", "on all your devices"), ("Key <b>", "on one device")]));
        Assert.That(page.IsIntact(), Is.True);

        // The first row's forms.
        var renamed = await browser.SubmitAsync(page, PasskeyPages.Account + "?handler=Rename", ("name", "Old phone"));
        Assert.That(renamed.Text(".notice"), Is.EqualTo("The name is changed."));
        Assert.That((await Hub.PasskeysAsync(user.Id)).Select(passkey => passkey.Name), Is.EqualTo(["Old phone", "Key <b>"]));
        var removed = await browser.SubmitAsync(renamed, PasskeyPages.Account + "?handler=Remove");

        Assert.That(removed.Text(".notice"), Does.StartWith("The passkey is removed."));
        Assert.That((await Client.UsePasskeyAsync(phone)).Failure(), Does.StartWith("This passkey is not known here:"));
        Assert.That((await Client.UsePasskeyAsync(key)).Path, Is.EqualTo("/account"));
        foreach (var (type, count) in new[] { ("passkey.added", 2), ("passkey.renamed", 1), ("passkey.removed", 1) })
            Assert.That(await Hub.AuditAsync(user.Id, type, count), Has.Exactly(count).Items);
    }

    [Test]
    [Spec("ASSURANCE", "S2")]
    public async Task S2_The_passkeys_of_others_are_neither_renamed_nor_removed()
    {
        var owner = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(owner);
        using var passkey = await browser.NewPasskeyAsync();
        var id = (await browser.GetAsync(PasskeyPages.Account)).Document.QuerySelector("[name=id]")!.GetAttribute("value");
        var (other, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        using var own = await other.NewPasskeyAsync();
        var page = await other.GetAsync(PasskeyPages.Account);
        foreach (var sent in new[] { id, "", "!", "AAAA", new string('A', 3000) })
        {
            await other.SubmitAsync(page, PasskeyPages.Account + "?handler=Rename", ("id", sent), ("name", "Mine"));
            await other.SubmitAsync(page, PasskeyPages.Account + "?handler=Remove", ("id", sent));
        }

        Assert.That((await Hub.PasskeysAsync(owner.Id)).Select(stored => stored.Name), Is.EqualTo(["My key"]));
        Assert.That((await other.EnrolAsync(passkey)).Failure(), Is.EqualTo("This passkey is stored already."));
        Assert.That((await Client.UsePasskeyAsync(own)).Path, Is.EqualTo("/account"));
    }

    [Test]
    public async Task What_the_browser_is_asked_for_is_a_discoverable_verified_credential_that_the_user_does_not_have_yet()
    {
        var user = await Hub.AddUserAsync(user => user.GivenName = "Carol");
        var (browser, _) = await Hub.SignInAsync(user);
        using var passkey = await browser.NewPasskeyAsync();
        var options = await browser.OptionsAsync(PasskeyPages.Account);

        Assert.Multiple(() =>
        {
            Assert.That(options.GetProperty("rp").GetRawText(), Is.EqualTo("""{"id":"hub.test","name":"IdentityHub"}"""));
            Assert.That(options.GetProperty("user").GetProperty("name").GetString(), Is.EqualTo(user.UserName));
            Assert.That(options.GetProperty("attestation").GetString(), Is.EqualTo("none"));
            Assert.That(
                options.GetProperty("authenticatorSelection").GetRawText(),
                Is.EqualTo("""{"residentKey":"required","requireResidentKey":true,"userVerification":"required"}"""));
            Assert.That(
                options.GetProperty("pubKeyCredParams").EnumerateArray().Select(one => one.GetProperty("alg").GetInt32()),
                Is.EqualTo([-7, -8, -257]));
            Assert.That(
                options.GetProperty("excludeCredentials").EnumerateArray()
                    .Select(one => Base64Url.DecodeFromChars(one.GetProperty("id").GetString())),
                Is.EqualTo([passkey.CredentialId]));
        });
    }

    private static IEnumerable<TestCaseData> Tampered()
    {
        yield return Case("another origin", a => a.Origin = "https://evil.example", PasskeyPages.Refused);
        yield return Case("a frame", a => a.IsFramed = true, PasskeyPages.Refused);
        yield return Case("another site", a => a.OtherSite = "evil.example", PasskeyPages.Refused);
        yield return Case("the other ceremony", a => a.OtherType = "webauthn.get", PasskeyPages.Refused);
        yield return Case("backed up and not eligible", a => a.IsBackupEligible = false, PasskeyPages.Refused);
        yield return Case("a long id", a => a.CredentialId = new byte[1024], PasskeyPages.Refused);
        yield return Case(
            "no user verification", a => a.IsUserVerified = false,
            "Your device has not checked that it is you. Turn on its screen lock or the PIN of your security key, and try again.");

        static TestCaseData Case(string name, Action<SoftwareAuthenticator> change, string words) =>
            new TestCaseData(change, words).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Tampered))]
    public async Task What_breaks_a_rule_is_not_stored(Action<SoftwareAuthenticator> change, string words)
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        using var authenticator = new SoftwareAuthenticator();
        change(authenticator);

        var refused = await browser.EnrolAsync(authenticator);

        Assert.That((refused.Status, refused.Failure()), Is.EqualTo((400, words)));
        Assert.That(await Hub.PasskeysAsync(user.Id), Is.Empty);
    }

    [TestCase("", 400)]
    [TestCase("   ", 400)]
    [TestCase("a\u0007b", 400)]
    [TestCase("👩‍🚀 Łukasz", 200)]
    public async Task A_name_has_one_to_64_characters(string name, int status)
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddUserAsync());
        using var authenticator = new SoftwareAuthenticator();
        using var another = new SoftwareAuthenticator();
        var page = await browser.EnrolAsync(authenticator, name);

        Assert.That(page.Status, Is.EqualTo(status), page.Failure());
        Assert.That((await browser.EnrolAsync(another, new string('x', 65))).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task Two_tabs_enrol_and_another_browser_or_a_second_use_does_not()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var (elsewhere, _) = await Hub.SignInAsync(user);
        using var first = new SoftwareAuthenticator();
        using var second = new SoftwareAuthenticator();
        using var third = new SoftwareAuthenticator();
        var page = await browser.GetAsync(PasskeyPages.Account);
        var (one, two) = (await browser.OptionsAsync(PasskeyPages.Account), await browser.OptionsAsync(PasskeyPages.Account));
        var (ofOne, ofTwo) = (first.Create(one), second.Create(two));

        var inOther = await elsewhere.SubmitAsync(
            await elsewhere.GetAsync(PasskeyPages.Account), PasskeyPages.Account, ("credential", ofOne), ("name", "x"));
        var added = new[]
        {
            await browser.SubmitAsync(page, PasskeyPages.Account, ("credential", ofTwo), ("name", "two")),
            await browser.SubmitAsync(page, PasskeyPages.Account, ("credential", ofOne), ("name", "one")),
        };
        var replayed = await browser.SubmitAsync(page, PasskeyPages.Account, ("credential", third.Create(one)), ("name", "three"));

        Assert.That(inOther.Failure(), Is.EqualTo("This took too long, or began in another browser. Try again."));
        Assert.That(added.Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That(replayed.Failure(), Is.EqualTo(PasskeyPages.Refused));
        Assert.That((await Hub.PasskeysAsync(user.Id)).Select(passkey => passkey.Name), Is.EquivalentTo(["one", "two"]));
    }

    [Test]
    public async Task A_user_has_twenty_passkeys_at_most_however_many_come_at_once()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var page = await browser.GetAsync(PasskeyPages.Account);
        var options = new List<JsonElement>();
        for (var i = 0; i < 24; i++)
            options.Add(await browser.OptionsAsync(PasskeyPages.Account));

        var answers = await Task.WhenAll(options.Select(async one =>
        {
            using var authenticator = new SoftwareAuthenticator();
            return await browser.CopyTo(Client).SubmitOnceAsync(
                page, page.FormTo(PasskeyPages.Account), ("credential", authenticator.Create(one)), ("name", "x"));
        }));

        Assert.That(answers.Count(answer => answer.Status == 303), Is.EqualTo(20));
        Assert.That(
            answers.Where(answer => answer.Status != 303).Select(answer => answer.Failure()),
            Is.All.EqualTo("An account can have 20 passkeys. Remove one to add another."));
        Assert.That(await Hub.PasskeysAsync(user.Id), Has.Exactly(20).Items);
        Assert.That((await browser.GetAsync(PasskeyPages.Account)).Document.QuerySelector("form[data-passkey]"), Is.Null);
    }

    [Test]
    public async Task After_a_quarter_of_an_hour_it_takes_another_login_to_add_or_remove_one_and_none_to_rename_it()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync();
        var (browser, _) = await hub.SignInAsync(user);
        using var passkey = await browser.NewPasskeyAsync();
        using var another = new SoftwareAuthenticator();
        var page = await browser.GetAsync(PasskeyPages.Account);
        hub.Time.Advance(TimeSpan.FromMinutes(14));
        var options = await browser.OptionsAsync(PasskeyPages.Account);
        hub.Time.Advance(TimeSpan.FromMinutes(2));

        var added = await browser.SubmitAsync(page, PasskeyPages.Account, ("credential", another.Create(options)), ("name", "x"));
        var removed = await browser.SubmitAsync(page, PasskeyPages.Account + "?handler=Remove");
        var asked = await browser.GetAsync(PasskeyPages.Account + "?handler=Options");
        var renamed = await browser.SubmitAsync(page, PasskeyPages.Account + "?handler=Rename", ("name", "Renamed"));

        Assert.That((added.IsLogin(), removed.IsLogin(), asked.Status, renamed.Status), Is.EqualTo((true, true, 403, 200)));
        Assert.That((await hub.PasskeysAsync(user.Id)).Select(stored => stored.Name), Is.EqualTo(["Renamed"]));
        Assert.That(renamed.Document.QuerySelectorAll("form[data-passkey], form[action$=Remove]"), Is.Empty);
        var back = await browser.UsePasskeyAsync(
            await browser.GetAsync(renamed.Document.Links.Single(link => link.TextContent == "Sign in again").GetAttribute("href")!),
            passkey);
        Assert.That((back.Path, back.Document.QuerySelectorAll("form[data-passkey]").Length), Is.EqualTo((PasskeyPages.Account, 1)));
    }

    [Test]
    public async Task A_session_that_acts_as_another_user_or_has_changed_meanwhile_adds_none()
    {
        await using var hub = await StartHubAsync();
        var other = await hub.AddUserAsync();
        foreach (var change in new[]
            {
                $"UPDATE sessions SET effective_user_id = '{Id(other.Id)}' WHERE user_id = $1",
                "UPDATE sessions SET ended_at = created_at WHERE user_id = $1",
                "UPDATE users SET security_stamp = 'another' WHERE id = $1",
            })
        {
            var user = await hub.AddUserAsync();
            var (browser, _) = await hub.SignInAsync(user);
            using var authenticator = new SoftwareAuthenticator();
            var page = await browser.GetAsync(PasskeyPages.Account);
            var credential = authenticator.Create(await browser.OptionsAsync(PasskeyPages.Account));

            // Between the look at the session and the insertion.
            var hasChanged = false;
            hub.BeforeStatement = async (sql, cancellationToken) =>
            {
                if (hasChanged || !sql.StartsWith("INSERT INTO used_identifiers", StringComparison.Ordinal))
                    return;
                hasChanged = true;
                await hub.Database.Call(change).With(user.Id).ExecuteAsync(cancellationToken);
            };
            var refused = await browser.SubmitAsync(page, PasskeyPages.Account, ("credential", credential), ("name", "x"));
            hub.BeforeStatement = null;

            Assert.That(
                (hasChanged, refused.Status, refused.Failure()),
                Is.EqualTo((true, 400, "You have been signed out meanwhile, or your account has changed. Sign in again.")), change);
            Assert.That(await hub.PasskeysAsync(user.Id), Is.Empty);
        }

        // As the database stores it.
        string Id(Guid id) => Kind == DatabaseKind.Sqlite ? id.ToString().ToUpperInvariant() : id.ToString();
    }

    [Test]
    public async Task Where_models_are_listed_an_authenticator_has_to_prove_that_it_is_one_of_them()
    {
        await using var hub = await StartHubAsync(
            ("IdentityHub:Passkeys:AllowedAaguids", $" {Model} , 00000000-0000-0000-0000-000000000001"));
        var (browser, _) = await hub.SignInAsync(await hub.AddUserAsync());
        var options = await browser.OptionsAsync(PasskeyPages.Account);
        Assert.That(options.GetProperty("attestation").GetString(), Is.EqualTo("direct"));
        foreach (var (attestation, model) in new[]
            {
                (AttestationKind.None, Model), (AttestationKind.Self, Model),
                (AttestationKind.Maker, "2fc0579f-8113-47ea-b116-000000000000"),
            })
        {
            using var authenticator = new SoftwareAuthenticator { Attestation = attestation, Aaguid = Guid.Parse(model) };
            var refused = await browser.EnrolAsync(authenticator);
            Assert.That(
                (refused.Status, refused.Failure()),
                Is.EqualTo(
                    (400, "Passkeys of this kind of device are not admitted here. Use another device, or ask your administrator which ones "
                        + "are.")),
                $"{attestation} {model}");
        }

        using var admitted = await browser.NewPasskeyAsync(made => made.Attestation = AttestationKind.Maker);
        Assert.That((await hub.Client.UsePasskeyAsync(admitted)).Path, Is.EqualTo("/account"));
    }
}
