using System.Net;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.AddressChanges;
using IdentityHub.Storage.Organizations;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Admin.Scim;

/// <summary>Users as Entra ID and Okta send them, and what no directory may do.</summary>
[Spec("RFC 7644", "3")]
public class DirectoryUserTests(DatabaseKind kind) : HubFixture(kind, Directories.Config)
{
    private const string Password = "Correct-Horse-9-Battery";

    private string _token = "";

    [OneTimeSetUp]
    public async Task GetTokenAsync() => _token = await Client.TokenAsync("entra");

    [Test]
    public async Task Entra_ID_makes_finds_changes_disables_and_deletes_a_user()
    {
        Assert.That((await FindAsync("userName eq \"Test_User_1@acme.example\"")).Ids(), Is.Empty);
        var made = await SendAsync("POST", Directories.Users,
            """
            {
              "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
              "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
              "userName": "Test_User_1@acme.example",
              "active": true,
              "emails": [{ "primary": true, "type": "work", "value": "Test_User_1@acme.example" }],
              "meta": { "resourceType": "User" },
              "name": { "formatted": "givenName familyName", "familyName": "familyName", "givenName": "givenName" },
              "roles": []
            }
            """);
        var id = made["id"]!;

        Assert.That(made.Status, Is.EqualTo(201), made.Body);
        Assert.That(made.Header("Location"), Is.EqualTo($"{Testing.Installation.Issuer}{Directories.Users}/{id}"));
        Assert.That((made["externalId"], made["active"]), Is.EqualTo(("0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef", "true")));
        foreach (var filter in new[]
        {
            "userName eq \"test_user_1@ACME.example\"", "externalId eq \"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef\"",
            "emails[type eq \"work\"].value eq \"test_user_1@acme.example\"", $"id eq \"{id}\" and active eq true",
            "emails.value eq \"test_user_1@acme.example\" and name.familyName sw \"fam\"",
            $"userName eq \"nobody\" or id eq \"{id}\"",
        })
            Assert.That((await FindAsync(filter)).Ids(), Is.EqualTo([id]), filter);

        var changed = await PatchAsync(id,
            """{"op":"Replace","path":"emails[type eq \"work\"].value","value":"updated@acme.example"}""",
            """{"op":"Replace","path":"userName","value":"updated@acme.example"}""",
            """{"op":"Replace","path":"name.familyName","value":"updatedFamilyName"}""",
            """{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"IT"}""",
            """{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+27 76 123 0001"}""",
            """{"op":"Add","path":"phoneNumbers[type eq \"work\"].value","value":"extension 17"}""");
        Assert.That(changed.Status, Is.EqualTo(200), changed.Body);
        Assert.That(changed["userName"], Is.EqualTo("updated@acme.example"));
        Assert.That(changed["name"], Does.Contain("updatedFamilyName").And.Contain("givenName updatedFamilyName"));
        var stored = await Hub.ReadUserAsync(Guid.Parse(id));
        Assert.That((stored.Email, stored.EmailConfirmed), Is.EqualTo(("updated@acme.example", true)), "a domain of the organization");
        Assert.That((stored.PhoneNumber, stored.PhoneNumberConfirmed), Is.EqualTo(("+27761230001", false)));
        Assert.That(stored.OrganizationId, Is.EqualTo("acme"));

        Assert.That((await PatchAsync(id, """{"op":"Replace","path":"active","value":"False"}"""))["active"], Is.EqualTo("false"));
        Assert.That((await SendAsync("DELETE", $"{Directories.Users}/{id}")).Status, Is.EqualTo(204));
        Assert.That((await SendAsync("GET", $"{Directories.Users}/{id}")).Status, Is.EqualTo(404));
        Assert.That((await SendAsync("DELETE", $"{Directories.Users}/{id}")).Status, Is.EqualTo(404));
        Assert.That((await Hub.ReadUserAsync(Guid.Parse(id))).Email, Is.Null, "erased");
        var anew = await SendAsync("POST", Directories.Users, Directories.User("updated@acme.example"));
        Assert.That(anew.Status, Is.EqualTo(201), "the name is free");
    }

    [Test]
    public async Task Okta_makes_replaces_disables_and_enables_a_user_by_an_API_key()
    {
        var list = await Client.ScimAsync(Directories.Key, "GET", $"{Directories.Users}?startIndex=1&count=2");
        Assert.That((list["itemsPerPage"], list["startIndex"]), Is.EqualTo(("2", "1")));

        var made = await Client.ScimAsync(Directories.Key, "POST", Directories.Users, Directories.User(
            "okta.user@okta.example",
            $$"""
            ,"name":{"givenName":"Test","familyName":"User"},"emails":[{"primary":true,"value":"okta.user@okta.example","type":"work"}],
            "displayName":"Test User","locale":"en-US","externalId":"00ujl29u0le5T6Aj10h7","groups":[],"password":"{{Password}}","active":true
            """));
        var id = made["id"]!;
        Assert.That(made.Status, Is.EqualTo(201), made.Body);
        Assert.That(made.Body, Does.Not.Contain(Password).And.Not.Contain("password"));
        var stored = await Hub.ReadUserAsync(Guid.Parse(id));
        Assert.That((stored.EmailConfirmed, stored.PasswordHash is null), Is.EqualTo((false, false)), "a domain of nobody");

        var replaced = await Client.ScimAsync(Directories.Key, "PUT", $"{Directories.Users}/{id}", Directories.User(
            "okta.user@okta.example",
            $$""","id":"{{id}}","name":{"givenName":"Another","familyName":"User"},"preferredLanguage":"de-CH","active":true,"meta":{"resourceType":"User"}"""));
        Assert.That(replaced.Status, Is.EqualTo(200), replaced.Body);
        Assert.That(replaced["displayName"], Is.EqualTo("Another User"));
        Assert.That((replaced["externalId"], replaced["preferredLanguage"]), Is.EqualTo(((string?)null, "de-CH")), "a PUT replaces all");
        Assert.That((await Hub.ReadUserAsync(Guid.Parse(id))).PasswordHash, Is.EqualTo(stored.PasswordHash), "the password stays");

        Assert.That(
            (await Client.LoginAsync(TestClient.Public("app"), "okta.user@okta.example", Password)).Status, Is.EqualTo(200));
        foreach (var (active, status) in new[] { ("false", 400), ("true", 200) })
        {
            var patched = await Client.ScimAsync(
                Directories.Key, "PATCH", $"{Directories.Users}/{id}", Directories.Patch($$"""{"op":"replace","value":{"active":{{active}} } }"""));
            Assert.That(patched["active"], Is.EqualTo(active), patched.Body);
            var login = await Client.LoginAsync(TestClient.Public("app"), "okta.user@okta.example", Password);
            Assert.That(login.Status, Is.EqualTo(status), active);
        }
    }

    [Test]
    [Spec("RFC 7644", "3.14")]
    public async Task A_version_that_has_passed_changes_nothing()
    {
        var id = await Client.NewUserAsync(_token, "versioned");
        var path = $"{Directories.Users}/{id}";
        var read = await SendAsync("GET", path);
        var version = read.Header("ETag")!;
        Assert.That(version, Does.StartWith("W/\""));
        Assert.That(read["meta"], Does.Contain(version.Replace("\"", "\\u0022", StringComparison.Ordinal)).Or.Contain("W/"));

        Assert.That((await Client.ScimAsync(_token, "GET", path, null, ("If-None-Match", version))).Status, Is.EqualTo(304));
        var patch = Directories.Patch("""{"op":"replace","path":"name.givenName","value":"V"}""");
        var answers = await Requests.AtOnceAsync(
            8, [Client], (client, _) => client.ScimAsync(_token, "PATCH", path, patch, ("If-Match", version)));
        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo([200, .. Enumerable.Repeat(412, 7)]));
        Assert.That((await Client.ScimAsync(_token, "DELETE", path, null, ("If-Match", version))).Status, Is.EqualTo(412));
        var any = await Client.ScimAsync(_token, "PUT", path, Directories.User("versioned"), ("If-Match", "*"));
        Assert.That(any.Status, Is.EqualTo(200), any.Body);
    }

    [Test]
    public async Task Answers_have_the_attributes_that_were_asked_for_and_pages_hold_every_user_once()
    {
        foreach (var name in new[] { "page-1", "page-2", "page-3", "page-4", "page-5" })
            await Client.NewUserAsync(Directories.PagedKey, name);
        var total = (await PagedAsync("GET", $"{Directories.Users}?count=0")).Json.GetProperty("totalResults").GetInt32();
        var ids = new List<string>();
        for (var start = 1; start <= total; start += 2)
            ids.AddRange((await PagedAsync("GET", $"{Directories.Users}?startIndex={start}&count=2&attributes=userName")).Ids());

        Assert.That((total, ids.Distinct().Count()), Is.EqualTo((5, 5)));
        var active = $"{Directories.Users}?count=1&filter=active%20eq%20";
        Assert.That((await PagedAsync("GET", active + "true"))["totalResults"], Is.EqualTo("5"));
        Assert.That((await PagedAsync("GET", active + "False"))["totalResults"], Is.EqualTo("0"));
        var searched = await PagedAsync(
            "POST", $"{Directories.Users}/.search",
            """
            {
              "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
              "attributes": ["userName"], "filter": "userName eq \"page-1\"", "startIndex": 1, "count": 10
            }
            """);
        var resource = searched.Json.GetProperty("Resources")[0];
        Assert.That(resource.EnumerateObject().Select(member => member.Name), Is.EqualTo(["schemas", "id", "userName"]));

        Task<Answer> PagedAsync(string method, string path, string? body = null) =>
            Client.ScimAsync(Directories.PagedKey, method, path, body);
    }

    [Test]
    public async Task S2_A_user_elsewhere_does_not_exist_for_the_directory()
    {
        var stranger = await Client.NewUserAsync(await Client.TokenAsync("rival"), "stranger");
        var missing = Guid.NewGuid().ToString();
        foreach (var id in new[] { Directories.BobId, Directories.AdminId, stranger, missing, "no-id" })
        {
            var path = $"{Directories.Users}/{id}";
            foreach (var (method, body) in new[]
            {
                ("GET", null), ("PUT", Directories.User("taken-over")), ("DELETE", null),
                ("PATCH", Directories.Patch("""{"op":"replace","path":"active","value":false}""")),
            })
            {
                var answer = await SendAsync(method, path, body);
                Assert.That((answer.Status, answer["detail"]), Is.EqualTo((404, "There is no user with this id.")), $"{method} {id}");
            }
        }

        foreach (var filter in new[] { "userName eq \"bob\"", "userName eq \"root\"", $"id eq \"{Directories.BobId}\"" })
            Assert.That((await FindAsync(filter)).Ids(), Is.Empty, filter);
        Assert.That(await Hub.ReadUserAsync(Guid.Parse(Directories.BobId)), Has.Property("UserName").EqualTo("bob"));
    }

    [Test]
    public async Task What_another_has_is_taken_and_what_the_files_own_stays()
    {
        var mine = await Client.NewUserAsync(_token, "mine", ",\"externalId\":\"mine\"");
        foreach (var body in new[]
        {
            Directories.User("BOB"), Directories.User("ｂob"), Directories.User("x1", ",\"emails\":[{\"value\":\"BOB@other.example\"}]"),
            Directories.User("x2", ",\"externalId\":\"mine\""), Directories.User("mine"),
        })
        {
            var answer = await SendAsync("POST", Directories.Users, body);
            Assert.That((answer.Status, answer["scimType"]), Is.EqualTo((409, "uniqueness")), body);
        }

        var renamed = await PatchAsync(mine, """{"op":"replace","path":"emails","value":[{"value":"bob@other.example"}]}""");
        Assert.That((renamed.Status, renamed["scimType"]), Is.EqualTo((409, "uniqueness")));
        var owned = await PatchAsync(Directories.AliceId, """{"op":"replace","path":"active","value":false}""");
        Assert.That((owned.Status, owned["scimType"]), Is.EqualTo((409, "mutability")));
        Assert.That((await SendAsync("DELETE", $"{Directories.Users}/{Directories.AliceId}")).Status, Is.EqualTo(409));
    }

    // Why a directory is not to have the login of a user.
    [TestCase("role above", "manager", "group")]
    [TestCase("role of an application elsewhere", "approver", "other")]
    [TestCase("more than the key", "manager", "acme")]
    [TestCase("proven e-mail address", null, null)]
    [TestCase("proven number", null, null)]
    public async Task S2_Such_a_user_keeps_their_login_and_can_be_disabled(string why, string? role, string? organization)
    {
        var name = why.Replace(' ', '-');
        var id = await Client.NewUserAsync(_token, name, $",\"emails\":[{{\"value\":\"{name}@gmail.example\"}}]");
        await using (var context = Hub.NewContext())
        {
            var held = await context.Roles.SingleOrDefaultAsync(one => one.Name == role);
            if (held is not null)
                context.Add(new Membership { UserId = Guid.Parse(id), OrganizationId = organization!, RoleId = held.Id });
            await context.SaveChangesAsync();
        }

        await Hub.ChangeUserAsync(Guid.Parse(id), user =>
        {
            user.EmailConfirmed = why.EndsWith("address", StringComparison.Ordinal);
            if (why.EndsWith("number", StringComparison.Ordinal))
                (user.PhoneNumber, user.PhoneNumberConfirmed) = ("+27761230099", true);
        });
        foreach (var (path, value) in new[]
        {
            ("password", Password), ("userName", "renamed"), ("emails.value", "far@acme.example"),
            ("phoneNumbers[type eq \\\"mobile\\\"].value", "+27761230098"),
        })
            Assert.That((await KeyAsync($$"""{"op":"replace","path":"{{path}}","value":"{{value}}"}""")).Status, Is.EqualTo(403), path);
        Assert.That((await Client.ScimAsync(Directories.Key, "DELETE", $"{Directories.Users}/{id}")).Status, Is.EqualTo(403));
        Assert.That((await KeyAsync("""{"op":"replace","path":"name.givenName","value":"F"}""")).Status, Is.EqualTo(200));
        var disabled = await KeyAsync(
            """{"op":"replace","path":"active","value":false}""", """{"op":"replace","path":"userName","value":"renamed"}""");
        Assert.That((disabled.Status, disabled["active"], disabled["userName"]), Is.EqualTo((200, "false", name)), disabled.Body);

        Task<Answer> KeyAsync(params string[] operations) =>
            Client.ScimAsync(Directories.Key, "PATCH", $"{Directories.Users}/{id}", Directories.Patch(operations));
    }

    [Test]
    public async Task S2_A_directory_asserts_addresses_in_the_domains_of_its_own_organization_only()
    {
        foreach (var (bearer, address, isVerified) in new[]
        {
            (Directories.LabsKey, "cfo@acme.example", false), (Directories.Key, "ceo@ACME.example", true),
            (Directories.Key, "ceo@sub.acme.example", false),
        })
        {
            var id = await Client.NewUserAsync(bearer, address);
            Assert.That((await Hub.ReadUserAsync(Guid.Parse(id))).EmailConfirmed, Is.EqualTo(isVerified), address);
        }
    }

    // What stands beside active:false in the request, and is refused where it stands alone.
    [TestCase("""{"op":"Replace","path":"userName","value":"bob"}""", 409)]
    [TestCase("""{"op":"Replace","path":"emails","value":[{"value":"bob@other.example"}]}""", 409)]
    [TestCase("""{"op":"Replace","path":"password","value":"short"}""", 400)]
    [TestCase("""{"op":"Replace","path":"preferredLanguage","value":"!"}""", 400)]
    public async Task Who_is_to_be_disabled_is_disabled_whatever_else_is_refused(string other, int status)
    {
        var id = await Client.NewUserAsync(_token, $"leaver-{Guid.NewGuid():N}");
        Assert.That((await PatchAsync(id, other)).Status, Is.EqualTo(status));

        var disabled = await PatchAsync(id, other, """{"op":"Replace","path":"active","value":"False"}""");

        Assert.That((disabled.Status, disabled["active"]), Is.EqualTo((200, "false")), disabled.Body);
        Assert.That((await PatchAsync(id, """{"op":"Replace","path":"active","value":"True"}"""))["active"], Is.EqualTo("true"));
    }

    [Test]
    public async Task What_a_user_has_proven_is_told_of_and_stays_where_a_directory_does_not_name_it()
    {
        var made = await SendAsync("POST", Directories.Users, Directories.User(
            "moved@acme.example", ",\"phoneNumbers\":[{\"type\":\"mobile\",\"value\":\"ext. 12\"}]"));
        Assert.That((made.Status, made["phoneNumbers"]), Is.EqualTo((201, (string?)null)), "no number is no reason to refuse a user");
        var id = Guid.Parse(made["id"]!);
        await Hub.ChangeUserAsync(id, user => (user.PhoneNumber, user.PhoneNumberConfirmed, user.Locale) = ("+27761230097", true, "de"));
        await using (var context = Hub.NewContext())
        {
            context.Add(new AddressChange
            {
                TokenHash = id.ToByteArray(),
                UserId = id,
                IsPhone = false,
                OldAddress = "private@gmail.example",
                OldConfirmed = true,
                CreatedAt = Hub.Time.GetUtcNow(),
                ExpiresAt = Hub.Time.GetUtcNow().AddDays(7),
            });
            await context.SaveChangesAsync();
        }

        var replaced = await SendAsync("PUT", $"{Directories.Users}/{id}", Directories.User("moved@acme.example"));
        Assert.That((replaced.Status, replaced["preferredLanguage"]), Is.EqualTo((200, "de")), replaced.Body);
        Assert.That(replaced["phoneNumbers"], Does.Contain("27761230097"));
        var changed = await PatchAsync(
            id.ToString(), """{"op":"replace","path":"userName","value":"thief@acme.example"}""",
            $$"""{"op":"replace","path":"password","value":"{{Password}}"}""");

        Assert.That(changed.Status, Is.EqualTo(200), changed.Body);
        var sent = await Eventually.GetAsync(() => Task.FromResult(Hub.SentTo("moved@acme.example")), messages => messages.Count >= 2);
        Assert.That(
            sent.Select(message => message.Text.Subject),
            Is.EquivalentTo(["Your organization has changed your e-mail address", "Your password was changed"])
                .Or.EquivalentTo(new[] { "Ihre Organisation hat Ihre E-Mail-Adresse geändert", "Ihr Passwort wurde geändert" }));
        Assert.That(Hub.SentTo("thief@acme.example"), Is.Empty);
        await using var after = Hub.NewContext();
        Assert.That(await after.Set<AddressChange>().AnyAsync(change => change.UserId == id), Is.False, "an older link puts nothing back");
        await SendAsync("DELETE", $"{Directories.Users}/{id}");
        var erased = await after.AuditEvents.AsNoTracking().SingleAsync(row => row.UserId == id && row.Type == "user.erased");
        Assert.That((erased.Target, erased.Detail), Is.EqualTo(($"scim/Users/{id}", "by the directory of acme")));
    }

    [Test]
    public async Task Whom_an_administrator_has_disabled_the_directory_does_not_enable()
    {
        var id = await Client.NewUserAsync(_token, "suspended");
        await Hub.ChangeUserAsync(Guid.Parse(id), user => user.DisabledAt = Hub.Time.GetUtcNow());

        var enabled = await PatchAsync(id, """{"op":"replace","path":"active","value":true}""");

        Assert.That(enabled.Status, Is.EqualTo(403), enabled.Body);
        Assert.That((await PatchAsync(id, """{"op":"replace","path":"active","value":false}""")).Status, Is.EqualTo(200));
        Assert.That((await SendAsync("GET", $"{Directories.Users}/{id}"))["active"], Is.EqualTo("false"));
    }

    [TestCase("userName co \"a\"", 400)]
    [TestCase("name.familyName eq \"a\"", 400)]
    [TestCase("not (userName eq \"a\")", 400)]
    [TestCase("userName eq \"a\" or active eq true", 400)]
    [TestCase("userName eq", 400)]
    [TestCase("userName eq \"a\0b\"", 400)]
    [TestCase("userName eq \"\\u0000\"", 200)]
    [TestCase("externalId eq \"\\u0000\"", 200)]
    [TestCase("id eq \"x\"", 200)]
    [TestCase("active eq true and id eq \"x\"", 200)]
    public async Task A_filter_without_an_index_is_refused(string filter, int status)
    {
        var answer = await FindAsync(filter);

        Assert.That((answer.Status, answer["scimType"]), Is.EqualTo((status, status == 200 ? null : "invalidFilter")), filter);
    }

    // Bad bodies, and what they are called.
    [TestCase("""{"userName":"a"}""", 400, "invalidSyntax")]
    [TestCase("""[1]""", 400, "invalidSyntax")]
    [TestCase("""{"schemas":["urn:example:x"],"userName":"a"}""", 400, "invalidSyntax")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:example:x"],"userName":"a"}""", 400, "invalidValue")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}""", 400, "invalidValue")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a b"}""", 400, "invalidValue")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a\u0000b"}""", 400, "invalidValue")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"<script>"}""", 400, "invalidValue")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","emails":[{"value":"no"}]}""", 400, "invalidValue")]
    [TestCase(
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a@b.example","emails":[{"value":"c@d.example"}]}""", 400,
        "invalidValue")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","password":"short"}""", 400, "invalidValue")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","password":"password1"}""", 400, "invalidValue")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","preferredLanguage":"!"}""", 400, "invalidValue")]
    public async Task A_bad_user_is_refused(string body, int status, string type)
    {
        var answer = await SendAsync("POST", Directories.Users, body);

        Assert.That((answer.Status, answer["scimType"]), Is.EqualTo((status, type)), answer.Body);
        Assert.That(answer["schemas"], Is.EqualTo("""["urn:ietf:params:scim:api:messages:2.0:Error"]"""));
    }

    [Test]
    public async Task I7_What_only_the_server_sets_is_not_taken_from_a_body()
    {
        var made = await SendAsync("POST", Directories.Users, Directories.User(
            "assigned",
            $$"""
            ,"id":"{{Directories.BobId}}","organization":"other","roles":[{"value":"admin"}],"groups":[{"value":"admin"}],"email_confirmed":true,
            "meta":{"created":"2001-01-01T00:00:00Z"},"emails":[{"value":"assigned@gmail.example","primary":true}]
            """));

        Assert.That(made.Status, Is.EqualTo(201), made.Body);
        var user = await Hub.ReadUserAsync(Guid.Parse(made["id"]!));
        Assert.That(user.Id.ToString(), Is.Not.EqualTo(Directories.BobId));
        Assert.That((user.OrganizationId, user.EmailConfirmed), Is.EqualTo(("acme", false)));
        await using var context = Hub.NewContext();
        Assert.That(await context.Memberships.AnyAsync(membership => membership.UserId == user.Id), Is.False);
        Assert.That(await context.UserRoles.AnyAsync(role => role.UserId == user.Id), Is.False);
    }

    [Test]
    public async Task Every_write_has_its_audit_row_without_secrets()
    {
        var id = Guid.Parse(await Client.NewUserAsync(_token, "recorded", $",\"password\":\"{Password}\""));
        await PatchAsync(id.ToString(), """{"op":"replace","path":"name.givenName","value":"R"}""", """{"op":"replace","path":"active","value":false}""");

        await using var context = Hub.NewContext();
        var rows = await context.AuditEvents.AsNoTracking().Where(row => row.UserId == id).OrderBy(row => row.Id).ToListAsync();
        Assert.That(
            rows.Select(row => (row.Type, row.ClientId)),
            Is.EqualTo(new[] { "directory.user_created", "directory.user_changed", "user.disabled" }.Select(type => (type, "entra"))));
        Assert.That(rows[1].Changes, Is.EqualTo(
            """{"before":{"active":true},"after":{"active":false,"name":{"givenName":"R","formatted":"R"}}}"""));
        Assert.That(string.Concat(rows.Select(row => row.Changes + row.Detail)), Does.Not.Contain(Password));
    }

    private Task<Answer> FindAsync(string filter) => SendAsync("GET", $"{Directories.Users}?filter={WebUtility.UrlEncode(filter)}");

    private Task<Answer> PatchAsync(string id, params string[] operations) =>
        SendAsync("PATCH", $"{Directories.Users}/{id}", Directories.Patch(operations));

    private Task<Answer> SendAsync(string method, string path, string? body = null) => Client.ScimAsync(_token, method, path, body);
}
