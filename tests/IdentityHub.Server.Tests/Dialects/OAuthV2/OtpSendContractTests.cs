using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.OAuthV2;

/// <summary>The examples of the contract, byte for byte, and every kind of bad input.</summary>
[Spec("contracts/oauth-v2-and-otp.md", "POST /otp/send")]
public class OtpSendContractTests(DatabaseKind kind) : HubFixture(kind, Otps.Config)
{
    private static readonly string?[] MediaTypes =
    [
        "application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "application/json1", "text/plain", null
    ];

    // A hub of its own each: one code to an address in 30 seconds.
    [TestCaseSource(nameof(MediaTypes))]
    public async Task The_examples_work_under_every_media_type(string? mediaType)
    {
        await using var hub = await StartHubAsync();
        var token = await hub.Client.MachineTokenAsync();
        foreach (var example in new[] { "email", "phone" })
        {
            var answer = await PostAsync(hub.Client, token, Golden.Read($"{example}.request.json"), mediaType);

            Assert.That((answer.Status, answer.Body), Is.EqualTo((200, Golden.Read($"{example}.answer.json"))));
            Assert.That((answer.Header("Content-Type"), answer.Header("Cache-Control")), Is.EqualTo(("application/json", "no-store")));
        }

        Assert.That(await hub.CodeAsync("02345678901234"), Has.Length.EqualTo(6), "sent as it was dialled");
    }

    [Test]
    public async Task An_international_number_is_answered_as_it_was_written_and_sent_in_its_one_form()
    {
        var answer = await Client.SendOtpAsync(await Client.MachineTokenAsync(), """{"phone":"+27 (82) 555-0001"}""");

        Assert.That((answer.Status, answer.Body), Is.EqualTo((200, """{"data":{"phone":"+27 (82) 555-0001"},"meta":[]}""")));
        Assert.That(await Hub.CodeAsync("+27825550001"), Has.Length.EqualTo(6));
    }

    private static readonly (string Body, int Status, string? Field)[] Faults =
    [
        ("{}", 400, "email"),
        ("", 400, null),
        ("{", 400, null),
        ("[]", 400, null),
        ("[1]", 400, null),
        ("\"email\"", 400, null),
        ("email=a@example.com", 400, null),
        ("{\"email\":\"a@example.com\"} x", 400, null),
        ("{\"email\":\"a@example.com\",\"email\":\"b@example.com\"}", 400, null),
        ("{\"email\":null}", 400, "email"),
        ("{\"email\":5}", 400, "email"),
        ("{\"email\":[\"a@example.com\",\"b@example.com\"]}", 400, "email"),
        ("{\"email\":{}}", 400, "email"),
        ("{\"email\":true}", 400, "email"),
        ("{\"email\":\"\"}", 400, "email"),
        ("{\"email\":\"someone\"}", 400, "email"),
        ("{\"email\":\"a@b@example.com\"}", 400, "email"),
        ("{\"email\":\"a@example.com, b@example.com\"}", 400, "email"),
        ("{\"email\":\"a@example.com\\r\\nBcc: b@example.com\"}", 400, "email"),
        ("{\"email\":\"a\\u0000@example.com\"}", 400, "email"),
        ("{\"email\":\"<a@example.com>\"}", 400, "email"),
        ("{\"email\":\"A <a@example.com>\"}", 400, "email"),
        ("{\"email\":\"\\\"a b\\\"@example.com\"}", 400, "email"),
        ("{\"email\":\"a b@example.com\"}", 400, "email"),
        ("{\"email\":\"\\ud800@example.com\"}", 400, null),
        ("{\"phone\":5}", 400, "phone"),
        ("{\"phone\":\"\"}", 400, "phone"),
        ("{\"phone\":\"one two\"}", 400, "phone"),
        ("{\"phone\":\"123456789\"}", 400, "phone"),
        ("{\"phone\":\"+27821234567,+27821234568\"}", 400, "phone"),
        ("{\"phone\":\"+1234567890123456\"}", 400, "phone"),
        ("{\"phone\":null,\"email\":null}", 400, "email"),
        ("{\"email\":\"a@example.com\",\"phone\":\"+27821234567\"}", 400, "phone"),
    ];

    [TestCaseSource(nameof(Faults))]
    [Spec("contracts/README.md", "3")]
    public async Task Bad_input_is_answered_in_the_shape_of_the_dialect_with_the_field((string Body, int Status, string? Field) fault)
    {
        var answer = await Client.SendOtpAsync(await Client.MachineTokenAsync(), fault.Body);

        AssertRefused(answer, fault.Status, fault.Field);
    }

    [Test]
    [Spec("contracts/README.md", "3")]
    public async Task Long_values_long_bodies_wrong_encodings_and_unknown_media_types_are_refused_in_the_shape_of_the_dialect()
    {
        var token = await Client.MachineTokenAsync();

        AssertRefused(await Client.SendOtpAsync(token, $$"""{"email":"{{new string('a', 9000)}}@example.com"}"""), 400, "email");
        AssertRefused(await Client.SendOtpAsync(token, $$"""{"phone":"{{new string('1', 9000)}}"}"""), 400, "phone");
        AssertRefused(await Client.SendOtpAsync(token, $$"""{"email":"a@example.com","x":"{{new string('a', 70_000)}}"}"""), 413, null);
        AssertRefused(await PostAsync(Client, token, [0x7b, 0x22, 0x65, 0xff, 0x22, 0x3a, 0x31, 0x7d], "application/json"), 400, null);
        AssertRefused(await PostAsync(Client, token, "email=a@example.com", "text/plain"), 415, null);
        AssertRefused(
            await Client.SendOtpAsync(token, string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100)), 400, null);
        AssertRefused(await Client.GetAnswerAsync(Otps.Path, token), 405, null);
    }

    [Test]
    [Spec("ASSURANCE", "I7")]
    public async Task I7_Fields_that_nobody_asked_for_change_nothing()
    {
        var answer = await Client.SendOtpAsync(
            await Client.MachineTokenAsync(),
            """{"email":"extra@example.com","otp":"000000","ttl":99999,"allow_new_users":true,"client_id":"closed","to":["x@example.com"]}""");

        Assert.That((answer.Status, answer.Body), Is.EqualTo((200, """{"data":{"email":"extra@example.com"},"meta":[]}""")));
        Assert.That(await Hub.CodeAsync("extra@example.com"), Is.Not.EqualTo("000000"));
        Assert.That(Hub.SentTo("x@example.com"), Is.Empty);
    }

    [Test]
    public async Task Errors_stand_in_the_shape_of_the_contract()
    {
        var (open, off) = (await Client.MachineTokenAsync(), await Client.MachineTokenAsync("off"));
        var malformed = await Client.SendOtpAsync(open, """{"email":"nobody"}""");
        var forbidden = await Client.SendOtpAsync(off, """{"email":"a@example.com"}""");
        await Client.SendOtpAsync(open, """{"email":"often@example.com"}""");
        var tooMany = await Client.SendOtpAsync(open, """{"email":"often@example.com"}""");

        Assert.That((malformed.Status, malformed.Body), Is.EqualTo((400, Golden.Read("malformed.answer.json"))));
        Assert.That((forbidden.Status, forbidden.Body), Is.EqualTo((403, Golden.Read("off.answer.json"))));
        Assert.That(
            (tooMany.Status, tooMany.Body, tooMany.Header("Retry-After")), Is.EqualTo((429, Golden.Read("too-many.answer.json"), "30")));
    }

    [Test]
    public async Task A_token_of_a_client_that_acts_for_itself_is_needed_and_one_that_may()
    {
        const string body = """{"email":"needs@example.com"}""";
        var ofUser = (await Client.LoginAsync("open"))["access_token"]!;
        var revoked = await Client.MachineTokenAsync();
        await Client.RevokeAsync("open", revoked);

        var none = await Client.PostJsonAsync(Otps.Path, body);
        AssertRefused(none, 401, null);
        Assert.That(none.Header("WWW-Authenticate"), Does.StartWith("Bearer"));
        AssertRefused(await Client.SendOtpAsync("nonsense", body), 401, null);
        AssertRefused(await Client.SendOtpAsync(revoked, body), 401, null);
        AssertRefused(await Client.SendOtpAsync(ofUser, body), 403, null);
        AssertRefused(await Client.SendOtpAsync(await Client.MachineTokenAsync("off"), body), 403, null);
        AssertRefused(await Client.SendOtpAsync(await Client.MachineTokenAsync("plain"), body), 403, null);
        Assert.That(Hub.SentTo("needs@example.com"), Is.Empty);
    }

    [TestCase("dialects: { oauth-v2: { enabled: true }, otp: { enabled: false } }")]
    [Spec("contracts/README.md", "5")]
    public async Task Off_it_answers_as_a_path_that_does_not_exist_and_no_page_offers_codes(string dialects)
    {
        await using var hub = await Hub.StartAsync(
            Otps.Config[..Otps.Config.IndexOf("dialects:\n  oauth-v2", StringComparison.Ordinal)] + dialects, Kind);

        var off = await hub.Client.SendOtpAsync(await hub.Client.MachineTokenAsync(), """{"email":"a@example.com"}""");

        Assert.That((off.Status, off.Body), Is.EqualTo((404, "")));
        Assert.That((await hub.Client.GetAnswerAsync("/login")).Body, Does.Not.Contain("/login/code"));
        Assert.That((await hub.Client.GetAnswerAsync("/login/code")).Status, Is.EqualTo(404));
    }

    private static void AssertRefused(Answer answer, int status, string? field)
    {
        Assert.That(answer.Status, Is.EqualTo(status), answer.ToString());
        var error = answer.Json.GetProperty("errors")[0];
        Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(["errors", "meta"]));
        Assert.That(error.EnumerateObject().Select(member => member.Name), Is.EqualTo(["code", "message", "field"]));
        Assert.That(error.GetProperty("field").GetString(), Is.EqualTo(field), answer.Body);
        Assert.That(error.GetProperty("message").GetString(), Is.Not.Empty);
    }

    private static Task<Answer> PostAsync(HttpClient client, string token, string body, string? mediaType) =>
        PostAsync(client, token, Encoding.UTF8.GetBytes(body), mediaType);

    private static Task<Answer> PostAsync(HttpClient client, string token, byte[] body, string? mediaType) =>
        client.AnswerAsync(new HttpRequestMessage(HttpMethod.Post, Otps.Path).WithBody(body, mediaType).WithBearer(token));
}
