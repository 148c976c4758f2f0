using System.Text;
using System.Text.Json.Nodes;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.OpenEndpoints;

/// <summary>contracts/README.md rule 3 for every field of every call: a clear refusal in the dialect's own shape, never a 5xx.</summary>
[Spec("contracts/README.md", "3")]
[Spec("ASSURANCE", "I8")]
public class OpenInputTests(DatabaseKind kind) : HubFixture(kind, Tenants.Config)
{
    private const string Good =
        """{"id":"new","accountId":"acc-1","email":"a@b.test","firstName":"Ann","lastName":"Other","locale":"en_US","referralCode":"GOODCODE","imageUrl":"https://example.com/a.png"}""";

    private static readonly string[] Verbs = ["POST", "PUT"];

    [OneTimeSetUp]
    public async Task MakeUserAsync() => await Client.TenantUserAsync("there", code: "THERE");

    [TestCase("email", true)]
    [TestCase("firstName", true)]
    [TestCase("lastName", false)]
    [TestCase("locale", false)]
    [TestCase("referralCode", false)]
    [TestCase("imageUrl", false)]
    [TestCase("id", false)]
    [TestCase("accountId", false)]
    public async Task Each_field_is_refused_when_it_is_missing_null_of_another_type_or_too_long(string field, bool required)
    {
        foreach (var verb in Verbs)
        {
            foreach (var wrong in new[] { "1", "true", "[]", """["a"]""", "{}" })
                await AssertRefusedAsync(verb, With(field, JsonNode.Parse(wrong)), field);
            if (required)
            {
                await AssertRefusedAsync(verb, With(field, null), field);
                await AssertRefusedAsync(verb, Without(field), field);
            }

            // Over 8 KiB in bytes, not in characters. An id of that length is none that a path says.
            var tooLong = With(field, new string('ä', 4200));
            if (field is "id" or "accountId")
                Assert.That((await SendAsync(verb, tooLong)).Refusal(), Is.EqualTo((400, "CONTRADICTION")));
            else
                await AssertRefusedAsync(verb, tooLong, field);
        }
    }

    [TestCase(
        "email", "", "a", "a@", "@b.test", "a@b@c.test", "a b@c.test", "a@b.test,c@d.test", "a@b.test\r\nBcc: c@d.test", "a@b.test\0",
        "<a@b.test>")]
    [TestCase("firstName", "", "   ", "a\0b", "a\nb")]
    [TestCase("lastName", "a\0b", "a\u0007b")]
    [TestCase("locale", "e", "english language", "en_", "_US", "en/US", "' OR 1=1 --", "en_US_aaaaaaaaa")]
    [TestCase(
        "referralCode", "", "AB", "A B C", "ABC!", "ÄBCD", "ABC\0", "KELVıN", "\u212AELVIN", "ＡＢＣＤ", "' OR 1=1 --",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase(
        "imageUrl",
        "a.png",
        "/a.png",
        "//example.com/a.png",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "file:///etc/passwd",
        "ftp://example.com/a.png",
        "https://"
    )]
    public async Task Each_malformed_value_is_refused(string field, params string[] values)
    {
        foreach (var verb in Verbs)
        {
            foreach (var value in values)
                await AssertRefusedAsync(verb, With(field, value), field);
        }
    }

    [Test]
    public async Task A_field_that_says_something_else_than_the_path_is_refused()
    {
        foreach (var verb in Verbs)
        {
            foreach (var field in new[] { "id", "accountId" })
                Assert.That((await SendAsync(verb, With(field, "other"))).Refusal(), Is.EqualTo((400, "CONTRADICTION")), field);
        }
    }

    [Test, Spec("ASSURANCE", "I7")]
    public async Task I7_What_is_only_read_is_passed_over_and_what_nobody_asked_for_is_refused()
    {
        foreach (var unknown in new[]
            {
                "roles", "role", "organization", "emailVerified", "email_confirmed", "isAdmin", "scope", "password", "userId", "Email",
                "__proto__", "segments",
            })
            await AssertRefusedAsync("POST", With(unknown, "admin"), unknown);

        var body = JsonNode.Parse(With("referable", false))!.AsObject();
        (body["id"], body["dateCreated"], body["lastInitial"], body["referralCode"]) = ("read-back", 1, "Z", "READ-BACK");
        var answer = await Client.OpenAsync(HttpMethod.Post, Tenants.UserPath("read-back"), body.ToJsonString());
        Assert.That((answer.Status, answer["referable"], answer["lastInitial"]), Is.EqualTo((201, "true", "O")), answer.ToString());
        Assert.That(answer["dateCreated"], Is.Not.EqualTo("1"));

        // What was read can be sent back.
        Assert.That((await Client.OpenAsync(HttpMethod.Put, Tenants.UserPath("read-back"), answer.Body)).Body, Is.EqualTo(answer.Body));
    }

    [Test]
    public async Task A_body_that_is_no_JSON_object_is_refused()
    {
        string[] broken =
        [
            "{", "[]", "\"text\"", Good + "x", Good + Good, Good[..^1] + ",}", Good.Replace("{", "{/**/", StringComparison.Ordinal), "a=b",
            Good[..^1] + "," + Good[1..], """{"a":"\ud800"}""", """{"\ud800":1}""",
            string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40),
        ];
        foreach (var (verb, path) in new[]
            {
                ("POST", Tenants.UserPath("new")), ("PUT", Tenants.UserPath("new")), ("POST", Tenants.ApplyPath("THERE", "there")),
            })
        {
            foreach (var body in broken)
                Assert.That(
                    (await Client.OpenAsync(new HttpMethod(verb), path, body)).Refusal(), Is.EqualTo((400, "INVALID_REQUEST")),
                    $"{verb} {body[..Math.Min(40, body.Length)]}");

            // Latin-1, UTF-16, a byte order mark.
            foreach (var bytes in new[]
                {
                    Encoding.Latin1.GetBytes("{\"a\":\"ä\"}"),
                    Encoding.Unicode.GetBytes(Good),
                    [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Good)],
                })
            {
                var request = new HttpRequestMessage(new HttpMethod(verb), path) { Content = new ByteArrayContent(bytes) }.WithKey(
                    Tenants.Key);
                Assert.That((await Client.AnswerAsync(request)).Refusal(), Is.EqualTo((400, "INVALID_REQUEST")));
            }

            Assert.That(
                (await Client.OpenAsync(new HttpMethod(verb), path, $$"""{"a":"{{new string('x', 65_536)}}"}""")).Refusal(),
                Is.EqualTo((413, "BODY_TOO_LONG")));
            foreach (var mediaType in new[] { "text/xml", "multipart/form-data; boundary=x" })
                Assert.That(
                    (await Client.OpenAsync(new HttpMethod(verb), path, "<a/>", mediaType: mediaType)).Refusal(),
                    Is.EqualTo((415, "UNSUPPORTED_MEDIA_TYPE")), mediaType);
        }
    }

    [TestCase("application/json")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("application/json1")]
    [TestCase("text/plain")]
    [TestCase(null)]
    [Spec("contracts/README.md", "7")]
    public async Task What_begins_like_JSON_is_JSON_under_every_media_type(string? mediaType)
    {
        var id = $"media-{mediaType?.Length ?? 0}";

        var answer = await Client.OpenAsync(
            HttpMethod.Post, Tenants.UserPath(id), """ {"email":"a@b.test","firstName":"Ann"}""", mediaType: mediaType);

        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
    }

    [TestCase("/account/acc-1/user/a%2Fb", 400)]
    [TestCase("/account/acc-1/user/a%25b", 400)]
    [TestCase("/account/acc-1/user/%ff", 400)]
    [TestCase("/account/acc-1/user/%ED%A0%80", 400)]
    [TestCase("/account/acc-1/user/a%0Ab", 400)]
    [TestCase("/account/a%2Fb/user/a", 400)]
    [TestCase("/account/acc-1/user/' OR 1=1 --", 404)]
    [TestCase("/account/acc-1/user/%3Cscript%3E", 404)]
    [TestCase("/account/acc-1/user/there%20", 404)]
    [TestCase("/account/acc-1/user/THERE", 404, Description = "ids compare ordinally")]
    public async Task A_path_that_names_nobody_is_refused(string path, int status)
    {
        Assert.That((await Client.OpenAsync(HttpMethod.Get, Tenants.Root + path)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task An_id_has_200_characters_and_no_more()
    {
        Assert.That(
            (await Client.OpenAsync(HttpMethod.Get, Tenants.UserPath(new string('a', 200)))).Refusal(),
            Is.EqualTo((404, "USER_NOT_FOUND")));
        Assert.That(
            (await Client.OpenAsync(HttpMethod.Get, Tenants.UserPath(new string('a', 201)))).Refusal(), Is.EqualTo((400, "INVALID_FIELD")));
        Assert.That(
            (await Client.OpenAsync(HttpMethod.Get, Tenants.UserPath("a", new string('a', 201)))).Refusal(),
            Is.EqualTo((400, "INVALID_FIELD")));
    }

    [TestCase("AB")]
    [TestCase("A%00B")]
    [TestCase("%ff%ff%ff")]
    [TestCase("\u212AELVIN")]
    [TestCase("'%20OR%201=1%20--")]
    [TestCase("THERE%20")]
    public async Task A_code_that_cannot_be_one_is_nobodys(string code)
    {
        // NUL never comes as far as the endpoint: the server itself refuses the path.
        Assert.That(
            (await Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/code/{code}", key: null)).Status,
            Is.EqualTo(code.Contains("%00", StringComparison.Ordinal) ? 400 : 404));
        if (!code.Contains("%00", StringComparison.Ordinal) && !code.Contains("%ff", StringComparison.Ordinal))
            Assert.That(
                (await Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/user?referralCode={code}", key: null)).Refusal(),
                Is.EqualTo((404, "REFERRAL_CODE_NOT_FOUND")));
    }

    [TestCase("limit=0")]
    [TestCase("limit=101")]
    [TestCase("limit=-1")]
    [TestCase("limit=ten")]
    [TestCase("limit=1.5")]
    [TestCase("limit=%201")]
    [TestCase("limit=99999999999999999999")]
    [TestCase("offset=-1")]
    [TestCase("offset=2147483648")]
    [TestCase("offset=0x10")]
    [TestCase("referringUserId=a%2Fb")]
    [TestCase("referringAccountId=a%25b")]
    [TestCase("referringUserId=a&referringUserId=b")]
    [TestCase("referringUserId=%ff")]
    [TestCase("referringUserId=a%00b")]
    [TestCase("limit=1&limit=2")]
    public async Task A_query_that_is_malformed_is_refused(string query)
    {
        Assert.That((await Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/referrals?{query}")).Status, Is.EqualTo(400));
    }

    [TestCase("limit=1")]
    [TestCase("limit=100&offset=2147483647")]
    [TestCase("limit=&offset=", Description = "empty counts as absent")]
    [TestCase("unknown=1")]
    public async Task A_query_that_is_not_is_answered(string query)
    {
        Assert.That((await Client.OpenAsync(HttpMethod.Get, $"{Tenants.Root}/referrals?{query}")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_name_of_any_script_gets_a_code_of_the_right_shape_and_comes_back_as_it_was()
    {
        (string First, string Last, string Code)[] names =
        [
            ("Zoë", "Müßig", "ZOEMUSSIG"), ("李", "小龍", "REF"), ("Юрий", "Гагарин", "YURIIGAGARIN"), ("Ὀδυσσεύς", "", "ODYSSEYS"),
            ("O'Neil", "d’Arc-Smith", "ONEILDARCSMITH"),
            ("Ｆｕｌｌ", "Ｗｉｄｔｈ", "FULLWIDTH"), ("😀", "X", "XREF"), ("ﷺﷺ", "Li", "LIREF"), ("\u202Eevil", "<script>", "EVILSCRIPT"),
        ];
        foreach (var (first, last, code) in names)
        {
            var id = $"name-{code}";
            var body = new JsonObject { ["email"] = "a@b.test", ["firstName"] = first, ["lastName"] = last };
            var answer = await Client.OpenAsync(HttpMethod.Post, Tenants.UserPath(id), body.ToJsonString());
            Assert.That(
                (answer.Status, answer["firstName"], answer["lastName"]), Is.EqualTo((201, first, last.Length == 0 ? "null" : last)),
                answer.ToString());
            Assert.That(answer["referralCode"], Is.EqualTo(code));
        }
    }

    private static string With(string field, JsonNode? value) => Edited(body => body[field] = value?.DeepClone());

    private static string Without(string field) => Edited(body => body.Remove(field));

    private static string Edited(Action<JsonObject> edit)
    {
        var body = JsonNode.Parse(Good)!.AsObject();
        edit(body);
        return body.ToJsonString();
    }

    private Task<Answer> SendAsync(string verb, string body) => Client.OpenAsync(new HttpMethod(verb), Tenants.UserPath("new"), body);

    private async Task AssertRefusedAsync(string verb, string body, string field)
    {
        var answer = await SendAsync(verb, body);
        Assert.That(answer.Refusal(), Is.EqualTo((400, "INVALID_FIELD")), $"{verb} {field} {body[..Math.Min(body.Length, 200)]} {answer}");
        Assert.That(answer["message"], Does.Contain($"ield {field} "));
        Assert.That(answer.Body, Does.Not.Contain("   at ").And.Not.Contain("Exception"));
    }
}
