using System.Text.Json;
using System.Text.RegularExpressions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Users;

/// <summary>Attributes that the configuration defines for users, wherever they are written and read.</summary>
public class DefinedAttributeTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Attributes =
        """
        user_attributes:
          - { name: number, type: integer, unique: true, readable_by: [application, user], writable_by: [application] }
          - { name: plan, type: enum, values: [silver, gold], readable_by: [application], writable_by: [application] }
          - { name: born, type: date, readable_by: [application, user], writable_by: [application, user] }
          - { name: consented, type: boolean, readable_by: [application, user], writable_by: [application, user] }
          - { name: nick, display_name: Nickname, type: string, max_length: 10, unique: true, readable_by: [user], writable_by: [user], required: true }
          - { name: languages, type: string, list: true, readable_by: [user], writable_by: [user] }
          - { name: risk, type: integer }
        claims:
          - { name: employee, source: attribute, path: number }
          - { name: agreed, source: attribute, path: consented }
          - { name: languages, source: attribute, path: languages }
          - { name: birthday, source: attribute, path: born }
        scopes:
          - { name: work, claims: [employee, agreed, languages, birthday] }

        """;

    // A user of the files has what is required, too.
    private static readonly string Config = Regex.Replace(
        ServiceUsers.Config.Replace("scope: openid profile email }", "scope: openid profile email work }", StringComparison.Ordinal),
        "user_name: (\\w{3})\\w*,", "$0 attributes: [{ name: nick, value: $1 }],") + Attributes;

    private string _api = "";

    [OneTimeSetUp]
    public async Task FetchApiTokenAsync() => _api = await Client.ApiTokenAsync();

    [Test]
    public async Task An_application_writes_attributes_in_custom_data_beside_names_of_its_own_and_claims_have_their_types()
    {
        var account = await Client.AccountAsync(
            _api, ""","custom_data":{"number":4711,"own":{"a":1},"consented":true,"born":"1990-02-28"}""");

        var login = await Client.AccountLoginAsync(_api, account);
        var token = Payload((await Client.LoginAsync("app", account.Email, account.Password, "openid work"))["access_token"]);

        Assert.That(login["custom_data"], Is.EqualTo("""{"own":{"a":1},"born":"1990-02-28","consented":true,"number":4711}"""));
        Assert.That(
            new[] { "employee", "agreed", "birthday" }.Select(name => token.GetProperty(name).GetRawText()),
            Is.EqualTo(["4711", "true", "\"1990-02-28\""]));
    }

    [Test]
    public async Task The_download_of_a_user_holds_attributes_that_they_do_not_see_on_the_page()
    {
        var user = await Hub.AddUserAsync();
        await using (var context = Hub.NewContext())
        {
            foreach (var (name, value) in new[] { ("risk", "4815162342"), ("removed", "an old value") })
                context.Add(new UserAttributeValue
                {
                    UserId = user.Id,
                    Name = name,
                    Value = value,
                    IsUnique = false,
                    IsSearchable = false,
                });
            await context.SaveChangesAsync();
        }

        var (browser, page) = await Hub.SignInAsync(user);
        var file = await browser.SubmitAsync(await browser.GetAsync("/account/data"), "/account/data?handler=Download");

        Assert.That(page.Answer.Body, Does.Not.Contain("4815162342"));
        Assert.That(
            file.Answer.Json.GetProperty("attributes").EnumerateArray()
                .Select(row => (row.GetProperty("name").GetString(), row.GetProperty("value").GetString())),
            Is.EquivalentTo(new[] { ("risk", "4815162342"), ("removed", "an old value") }));
    }

    [TestCase("""{"number":"4711"}""", "number", "must be a whole number of up to 16 digits")]
    [TestCase("""{"number":1.5}""", "number", "must be a whole number of up to 16 digits")]
    [TestCase("""{"number":9007199254740992}""", "number", "must be a whole number of up to 16 digits")]
    [TestCase("""{"plan":"Gold"}""", "plan", "must be one of silver, gold")]
    [TestCase("""{"born":"2026-02-29"}""", "born", "must be a date such as 2026-11-30")]
    [TestCase("""{"consented":1}""", "consented", "must be true or false")]
    [TestCase("""{"plan":{"a":"gold"}}""", "plan", "must be one of silver, gold")]
    [TestCase("""{"risk":1}""", "risk", "cannot be written by applications")]
    [TestCase("""{"nick":"x"}""", "nick", "cannot be written by applications")]
    public async Task A_value_that_is_not_possible_is_refused_with_its_place(string data, string name, string reason)
    {
        var account = await Client.AccountAsync(_api);
        var id = Guid.NewGuid();
        var unknown = new TestAccount(id, $"{id:N}@client.test", "Account-Pass-1", "");

        var signUp = await Client.CallAsync(
            HttpMethod.Post, ServiceUsers.SignUpPath, unknown.SignUp($",\"custom_data\":{data}"), _api);
        var change = await Client.CallAsync(HttpMethod.Put, account.Path, $"{{\"custom_data\":{data}}}", _api, account.ClientToken);

        foreach (var refused in new[] { signUp, change })
        {
            Assert.That(refused.Status, Is.EqualTo(400), refused.ToString());
            Assert.That(refused.Sources(), Is.EqualTo([$"object.custom_data.{name}"]));
            Assert.That(refused.Body, Does.Contain(reason));
        }
    }

    [Test]
    public async Task A_patch_changes_what_it_names_and_null_takes_away()
    {
        var account = await Client.AccountAsync(_api, ""","custom_data":{"plan":"gold","own":1,"consented":false}""");

        await ChangeAsync(account, """{"custom_data":{"plan":"silver"}}""");
        var changed = await Client.AccountLoginAsync(_api, account);
        await ChangeAsync(account, """{"custom_data":{"plan":null,"own":null}}""");
        var taken = await Client.AccountLoginAsync(_api, account);
        await ChangeAsync(account, """{"custom_data":null}""");
        var cleared = await Client.AccountLoginAsync(_api, account);

        Assert.That(
            (changed["custom_data"], taken["custom_data"]),
            Is.EqualTo(("""{"own":1,"consented":false,"plan":"silver"}""", """{"consented":false}""")));
        Assert.That(cleared.Json.GetProperty("custom_data").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task A_unique_value_of_another_user_is_refused_at_sign_up_and_at_a_change_and_nothing_is_stored()
    {
        await Client.AccountAsync(_api, ""","custom_data":{"number":100}""");
        var second = await Client.AccountAsync(_api);
        var id = Guid.NewGuid();
        var third = new TestAccount(id, $"{id:N}@client.test", "Account-Pass-1", "");

        var signUp = await Client.CallAsync(
            HttpMethod.Post, ServiceUsers.SignUpPath, third.SignUp(""","custom_data":{"number":100}"""), _api);
        var change = await Client.CallAsync(
            HttpMethod.Put, second.Path, """{"custom_data":{"number":100},"name":{"first_name":"Eve"}}""", _api, second.ClientToken);

        foreach (var refused in new[] { signUp, change })
            Assert.That((refused.Status, refused.Sources()[0]), Is.EqualTo((400, "object.custom_data.number")), refused.ToString());
        Assert.That((await Client.AccountLoginAsync(_api, second))["name"], Does.Contain("Ann"));
        Assert.That((await Client.AccountLoginAsync(_api, third)).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_user_sees_what_they_may_read_and_writes_what_they_may_write_and_nothing_else()
    {
        var user = await Hub.AddUserAsync();
        await StoreAsync(
            user.Id, new("number", ["7"], true, false), new("risk", ["99"], false, false), new("languages", ["de"], false, false));
        var (browser, page) = await Hub.SignInAsync(user);

        var shown = page.Document.Body!.TextContent;
        var refused = await browser.SubmitAsync(page, "/account", ("attribute.nick", ""), ("attribute.born", "yesterday"));
        var saved = await browser.SubmitAsync(
            page, "/account", ("attribute.nick", "Ally"), ("attribute.born", "1990-02-28"), ("attribute.consented", "true"),
            ("attribute.languages", "fr\r\nde\r\n"), ("attribute.number", "8"), ("attribute.risk", "0"), ("attribute.plan", "gold"));

        Assert.That(shown, Does.Contain("number").And.Contain("Nickname").And.Not.Contain("risk"));
        Assert.That(refused.Status, Is.EqualTo(400));
        Assert.That(
            refused.Document.QuerySelectorAll("[aria-invalid=true]").Select(field => field.Id),
            Is.EqualTo(["attribute.born", "attribute.nick"]));
        Assert.That(refused.Document.QuerySelector("[id='attribute.born']")!.GetAttribute("value"), Is.EqualTo("yesterday"), "kept");
        Assert.That(saved.Text(".notice"), Is.EqualTo("Your profile is saved."));
        var stored = await new UserAttributeStore(Hub.Database).FindAsync(user.Id, CancellationToken.None);
        Assert.That(
            stored.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={string.Join('+', one.Value)}"),
            Is.EqualTo(["born=1990-02-28", "consented=true", "languages=de+fr", "nick=Ally", "number=7", "risk=99"]));
    }

    [Test]
    public async Task A_user_who_types_the_unique_value_of_another_is_told_so_and_keeps_their_name()
    {
        var (holder, other) = (await Hub.AddUserAsync(), await Hub.AddUserAsync());
        await StoreAsync(holder.Id, new AttributeChange("nick", ["Zed"], true, false));
        var (browser, page) = await Hub.SignInAsync(other);

        var refused = await browser.SubmitAsync(page, "/account", ("attribute.nick", "Zed"), ("given_name", "Changed"));

        Assert.That((refused.Status, refused.Document.Body!.TextContent), Is.EqualTo((400, refused.Document.Body.TextContent)));
        Assert.That(refused.Document.Body.TextContent, Does.Contain("Nickname: somebody else has this value already."));
        Assert.That((await Hub.ReadUserAsync(other.Id)).GivenName, Is.Null);
    }

    [Test]
    public async Task A_strict_installation_refuses_names_that_are_not_defined()
    {
        await using var hub = await Hub.StartAsync(
            Config.Replace(
                "client-accounts: { enabled: true }", "client-accounts: { enabled: true, strict_custom_data: true }",
                StringComparison.Ordinal),
            Kind);
        var api = await hub.Client.ApiTokenAsync();
        var account = await hub.Client.AccountAsync(api, ""","custom_data":{"plan":"gold"}""");

        var refused = await hub.Client.CallAsync(
            HttpMethod.Put, account.Path, """{"custom_data":{"plam":"gold"}}""", api, account.ClientToken);

        Assert.That(refused.Sources(), Is.EqualTo(["object.custom_data.plam"]));
        Assert.That((await hub.Client.AccountLoginAsync(api, account))["custom_data"], Is.EqualTo("""{"plan":"gold"}"""));
    }

    private async Task ChangeAsync(TestAccount account, string patch) =>
        Assert.That((await Client.CallAsync(HttpMethod.Put, account.Path, patch, _api, account.ClientToken)).Status, Is.EqualTo(200));

    private async Task<string?> StoreAsync(Guid user, params AttributeChange[] changes) =>
        (await new UserAttributeStore(Hub.Database).TryChangeAsync(user, changes, FakeTime.Start, CancellationToken.None)).Taken;

    private static JsonElement Payload(string? token) =>
        JsonDocument.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(new JsonWebToken(token).EncodedPayload)).RootElement;
}
