using System.Text;
using System.Text.Json.Nodes;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.ClientAccounts;

/// <summary>contracts/README.md rule 3 for every field of every call: a clear refusal in the dialect's own shape, never a 5xx.</summary>
[Spec("contracts/README.md", "3")]
[Spec("ASSURANCE", "I8")]
public class AccountInputTests(DatabaseKind kind) : HubFixture(kind, ServiceUsers.Config)
{
    private const string Value = "errors.validation.field.value";
    private const string Type = "errors.validation.field.type";

    // Call → a good body, its path. {path} is that of an account.
    private static readonly Dictionary<string, (HttpMethod Method, string Path, string Body)> Calls = new()
    {
        ["service login"] = (HttpMethod.Post, ServiceUsers.LoginPath, """{"username":"nobody","password":"wrong-password"}"""),
        ["sign-up"] = (HttpMethod.Post, ServiceUsers.SignUpPath,
            """{"user_id":"80491f93-1eb1-42c2-b5e1-d2e94dac5ab9","email":"a@b.test","name":{"first_name":"a","last_name":"b"},"password":"good-Pass-1","phone_number":"+27760000009","custom_data":{"a":1}}"""),
        ["account login"] = (HttpMethod.Post, ServiceUsers.AccountLoginPath, """{"email":"a@b.test","password":"wrong-password"}"""),
        ["change"] = (
            HttpMethod.Put, "{path}",
            """{"email":"a@b.test","name":{"first_name":"a","last_name":"b"},"password":"good-Pass-1","phone_number":"+27760000009","custom_data":{"a":1}}"""),
        ["erasure"] = (HttpMethod.Delete, "{path}", """{"reason":"because"}"""),
    };

    // Call and field → is it required?
    private static readonly (string Call, string Field, bool Required)[] Fields =
    [
        ("service login", "username", true), ("service login", "password", true),
        ("sign-up", "user_id", true), ("sign-up", "email", true), ("sign-up", "name", true), ("sign-up", "name.first_name", true),
        ("sign-up", "name.last_name", true),
        ("sign-up", "password", true), ("sign-up", "phone_number", false), ("sign-up", "custom_data", false),
        ("account login", "email", true), ("account login", "password", true),
        ("change", "email", true), ("change", "name", true), ("change", "name.first_name", true), ("change", "name.last_name", true),
        ("change", "password", true),
        ("change", "phone_number", false), ("change", "custom_data", false), ("erasure", "reason", false),
    ];

    private string _api = "";
    private TestAccount _account = null!;

    private static IEnumerable<TestCaseData> EveryField => Fields.Select(one => new TestCaseData(one.Call, one.Field, one.Required));

    private static IEnumerable<string> EveryCall => Calls.Keys;

    [OneTimeSetUp]
    public async Task MakeAccountAsync()
    {
        _api = await Client.ApiTokenAsync();
        _account = await Client.AccountAsync(_api);
    }

    [TestCaseSource(nameof(EveryField))]
    public async Task Each_field_is_refused_when_it_is_missing_null_of_another_type_or_too_long(string call, string field, bool required)
    {
        var isObject = field is "name" or "custom_data";
        var wrongTypes = new List<string> { "1", "true", "[]", """["a"]""", isObject ? "\"text\"" : "{}" };
        foreach (var wrong in wrongTypes)
            await AssertRefusedAsync(call, With(call, field, JsonNode.Parse(wrong)), Type, field);

        if (required)
            await AssertRefusedAsync(call, With(call, field, null), Value, field);
        if (required && call != "change")
            await AssertRefusedAsync(call, Without(call, field), Value, field);

        // Over 8 KiB in bytes, not in characters.
        JsonNode tooLong = isObject
            ? new JsonObject { [field == "name" ? "first_name" : "a"] = new string('ä', 4200) }
            : new string('ä', 4200);
        await AssertRefusedAsync(call, With(call, field, tooLong), Value, field);
    }

    [TestCase(
        "sign-up", "user_id", "", "1", "80491f93-1eb1-12c2-b5e1-d2e94dac5ab9", "80491f93-1eb1-42c2-75e1-d2e94dac5ab9",
        "80491f931eb142c2b5e1d2e94dac5ab9", "{80491f93-1eb1-42c2-b5e1-d2e94dac5ab9}", "' OR 1=1 --")]
    [TestCase(
        "sign-up", "email", "", "a", "a@", "@b.test", "a@b@c.test", "a b@c.test", " a@b.test", "a@b.test,c@d.test",
        "a@b.test\r\nBcc: c@d.test", "a@-b.test", "a@b..test", "\"a\"@b.test", "<a@b.test>", "a@b.test\u0000", "ﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺﷺ@b.test")]
    [TestCase("sign-up", "name.first_name", "", "  ", "a\u0000b", "a\nb")]
    [TestCase("sign-up", "password", "", "short", "12345678", "Password1", "good-Pass\u0000")]
    [TestCase("sign-up", "phone_number", "", "0761234567", "+27 76 123 4567", "+0761234567", "+276", "+2776123456789012", "++27761234567")]
    [TestCase("change", "email", "", "a@", "a@b.test,c@d.test")]
    [TestCase("change", "phone_number", "", "0027761234567")]
    [TestCase("change", "name.last_name", "", " ")]
    [TestCase("change", "password", "short", "iloveyou")]
    [TestCase("account login", "email", "", "a", "' OR 1=1 --")]
    [TestCase("account login", "password", "")]
    [TestCase("service login", "username", "", "a\u0000b")]
    public async Task Each_malformed_value_is_refused(string call, string field, params string[] values)
    {
        foreach (var value in values)
            await AssertRefusedAsync(call, With(call, field, value), Value, field);
    }

    [Test]
    public async Task All_faults_of_a_body_come_in_one_answer()
    {
        const string body =
            """{"user_id":1,"email":"x","name":{"first_name":"","z":1},"password":"short","phone_number":[],"custom_data":{"a":null,"b":{"c":[]}},"roles":["admin"]}""";

        var answer = await Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, body, _api);

        Assert.That(
            answer.Sources(),
            Is.EquivalentTo([
                "object.user_id", "object.email", "object.name.first_name", "object.name.last_name", "object.name.z", "object.password",
                "object.phone_number",
                "object.custom_data.a", "object.custom_data.b.c", "object.roles",
            ]),
            answer.ToString());
        Assert.That(
            answer.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("id").GetString()).Distinct().Count(),
            Is.EqualTo(1), "one call, one id");
    }

    [Test]
    public async Task Custom_data_holds_what_it_may_and_no_more()
    {
        static string Nested(int levels) => levels == 1 ? "{}" : $"{{\"a\":{Nested(levels - 1)}}}";
        (string Data, string Code)[] cases =
        [
            (Nested(8), ""), (Nested(9), Value), ("""{"a":[1]}""", Type), ("""{"a":null}""", Type), ("""{"a":{"b":null}}""", Type),
            ("""{"a":"\u0000\ud83d\ude00","b":-1.5e300,"c":false,"d":{}}""", ""), ($$"""{"a":"{{new string('x', 8300)}}"}""", Value),
            ("""{"":"empty name"}""", ""),
        ];

        foreach (var (data, code) in cases)
        {
            var account = new TestAccount(Guid.NewGuid(), $"{Guid.NewGuid():N}@client.test", "Account-Pass-1", "");
            var answer = await Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, account.SignUp($",\"custom_data\":{data}"), _api);
            Assert.That(
                (answer.Status, code.Length == 0 ? "" : answer.Codes().Single()), Is.EqualTo((code.Length == 0 ? 200 : 400, code)),
                $"{data[..Math.Min(data.Length, 60)]} {answer}");
        }

        // Two halves that are each short enough.
        var whole = await Client.AccountAsync(_api, $$""","custom_data":{"a":"{{new string('x', 5000)}}"}""");
        var merged = await Client.CallAsync(
            HttpMethod.Put, whole.Path, $$$"""{"custom_data":{"b":"{{{new string('x', 5000)}}}"}}""", _api, whole.ClientToken);
        Assert.That((merged.Status, merged.Sources().Single()), Is.EqualTo((400, "object.custom_data")));
    }

    [TestCaseSource(nameof(EveryCall))]
    public async Task A_body_that_is_no_JSON_object_is_refused(string call)
    {
        var good = Calls[call].Body;
        string[] broken =
        [
            "{", "[]", "\"text\"", good + "x", good + good, good[..^1] + ",}", good.Replace("{", "{/**/", StringComparison.Ordinal), "a=b",
            good[..^1] + "," + good[1..], """{"a":"\ud800"}""", """{"\ud800":1}""",
            string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40),
        ];
        foreach (var body in broken)
            await AssertRefusedAsync(call, body, Type, null);
        if (call != "erasure")
            await AssertRefusedAsync(call, "", Type, null);

        // Latin-1, UTF-16, a byte order mark.
        foreach (var bytes in new[]
            {
                Encoding.Latin1.GetBytes("{\"a\":\"ä\"}"),
                Encoding.Unicode.GetBytes(good),
                [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(good)],
            })
            await AssertRefusedAsync(call, new ByteArrayContent(bytes), 400, Type, null);
    }

    [TestCaseSource(nameof(EveryCall))]
    public async Task A_body_over_64_KiB_and_an_unknown_media_type_are_refused(string call)
    {
        await AssertRefusedAsync(
            call, new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"a":"{{new string('x', 65_536)}}"}""")), 413, "errors.body-length",
            null);
        foreach (var mediaType in new[] { "text/xml", "multipart/form-data; boundary=x" })
        {
            var content = new ByteArrayContent("<a/>"u8.ToArray());
            content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
            await AssertRefusedAsync(call, content, 415, "errors.media-type", null);
        }
    }

    [Test]
    public async Task A_name_that_a_caller_made_up_is_shown_harmless_and_a_flood_of_them_is_not_shown_whole()
    {
        var script = await Client.CallAsync(
            HttpMethod.Post, ServiceUsers.LoginPath, """{"username":"a","password":"b","<script>'\"\u0000":1}""");
        var flood = await Client.CallAsync(
            HttpMethod.Post, ServiceUsers.LoginPath, "{" + string.Join(',', Enumerable.Range(0, 7000).Select(i => $"\"{i}\":1")) + "}");

        Assert.That(script.Sources(), Is.EqualTo(["object.?script????"]));
        Assert.That(flood.Codes(), Has.Count.EqualTo(100));
    }

    private static string With(string call, string field, JsonNode? value) =>
        Edited(call, field, (parent, name) => parent[name] = value?.DeepClone());

    private static string Without(string call, string field) => Edited(call, field, (parent, name) => parent.Remove(name));

    private static string Edited(string call, string field, Action<JsonObject, string> edit)
    {
        var body = JsonNode.Parse(Calls[call].Body)!.AsObject();
        var names = field.Split('.');
        edit(names.Length == 1 ? body : body[names[0]]!.AsObject(), names[^1]);
        return body.ToJsonString();
    }

    private Task AssertRefusedAsync(string call, string body, string code, string? field) =>
        AssertRefusedAsync(call, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), 400, code, field);

    private async Task AssertRefusedAsync(string call, ByteArrayContent body, int status, string code, string? field)
    {
        var (method, path, _) = Calls[call];
        var request = new HttpRequestMessage(method, path.Replace("{path}", _account.Path, StringComparison.Ordinal)) { Content = body };
        if (call != "service login")
            request.WithBearer(_api);
        request.Headers.TryAddWithoutValidation("Client-Token", _account.ClientToken);
        var answer = await Client.AnswerAsync(request);
        Assert.That((answer.Status, answer.Codes().Distinct().Single()), Is.EqualTo((status, code)), $"{field} {answer}");
        if (field is not null)
            Assert.That(answer.Sources(), Has.All.StartsWith($"object.{field}"), answer.ToString());
        Assert.That(answer.Body, Does.Not.Contain("   at ").And.Not.Contain("Exception"));
    }
}
