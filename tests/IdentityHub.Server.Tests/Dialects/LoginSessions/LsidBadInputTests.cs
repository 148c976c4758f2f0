using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.LoginSessions;

/// <summary>Whatever is sent: a 4xx in the dialect's own shape.</summary>
[Spec("contracts/README.md", "3")]
public class LsidBadInputTests(DatabaseKind kind) : HubFixture(kind, Lsids.Config)
{
    private static readonly string[] Bodies =
    [
        "", "{", "[]", "null", "17", "true1", "\"", "\"\\ud800\"", "\"\\u0000\"", "{\"a\":{}}", "{\"userId\":17}", "{\"userId\":null}",
        "{\"userId\":[\"a\"]}", "{\"userId\":\"a\",\"userId\":\"b\"}", "\u0000", "{\"password\":\"\\u0000\"}",
        "{\"password\":[]}", "{\"passwordHash\":{}}", "{\"token\":17}", "{\"email\":[]}", "{\"until\":17}",
        "{\"until\":\"0001-01-01T00:00:00Z\"}", "{\"oldPassword\":false,\"newPassword\":\"x\"}", "{\"email\":\"a@b\\r\\nBcc: c@d\"}",
    ];

    private static readonly string[] LongBodies =
    [
        $$"""{"password":"{{new string('x', 9000)}}"}""", $$"""{"userId":"{{new string('x', 9000)}}"}""", $"\"{new string('x', 9000)}\"",
        $$"""{"email":"{{new string('x', 9000)}}@example.com"}""", new string(' ', 70_000)
    ];

    [TestCase("POST", "/authenticate/alice")]
    [TestCase("PUT", "/authenticate/block/alice")]
    [TestCase("PUT", "/session/LSID/setEffectiveUser")]
    [TestCase("PUT", "/session/LSID/setEffectiveOrg")]
    [TestCase("DELETE", "/session/LSID")]
    [TestCase("POST", "/password/reset/00000000-0000-4000-8000-000000000002")]
    [TestCase("PUT", "/password/reset")]
    [TestCase("PUT", "/password/00000000-0000-4000-8000-000000000002")]
    [Spec("ASSURANCE", "I8")]
    public async Task I8_Every_bad_body_is_refused_in_the_shape_of_the_dialect(string method, string path)
    {
        // One that nobody else ends, and may do everything.
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("rita");
        foreach (var body in Bodies.Concat(LongBodies))
        {
            // No body is allowed in these two, and null is no value.
            if ((body.Length == 0 && path is ("/authenticate/block/alice" or "/session/LSID"))
                || (body == "{\"userId\":null}" && path == "/authenticate/block/alice"))
                continue;
            var answer = await hub.Client.CallAsync(method, $"{path.Replace("LSID", lsid, StringComparison.Ordinal)};lsid={lsid}", body);
            Assert.That(
                (answer.Status is >= 400 and < 500, answer["code"]), Is.EqualTo((true, answer.Status.ToString(null, null))),
                $"{body[..Math.Min(60, body.Length)]} → {answer}");
        }
    }

    [TestCase("/session/..;/connect/token", 400)]
    [TestCase("/session/a%3blsid=b", 400)]
    [TestCase("/session%3blsid=b/a", 400)]
    [TestCase("/session/a%2fb", 400)]
    [TestCase("/session/a;lsid=", 400)]
    [TestCase("/session/a;lsid=b;lsid=b", 400)]
    [TestCase("/session;lsid=b/a;lsid=c", 400)]
    [TestCase("/session/a?apiKey=x&apiKey=y", 400)]
    [TestCase("/session/a?apiKey=%zz", 400)]
    [TestCase("/x/../session/a", 400)]
    [TestCase("http://elsewhere.example/session/a;lsid=", 400)]
    [TestCase("/session/a/b", 404)]
    [TestCase("/authenticate/", 404)]
    [TestCase("/session//a", 404)]
    [TestCase("/sessions/a;lsid=", 404)]
    public async Task A_path_that_can_be_read_in_two_ways_is_400_and_one_that_is_none_404(string target, int status) =>
        Assert.That(
            await RawHttp.StatusAsync(
                Hub, Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")),
            Is.EqualTo(status));

    [Test, Spec("ASSURANCE", "I8")]
    public async Task I8_Names_of_every_kind_find_nobody_and_break_nothing()
    {
        foreach (var name in new[]
            {
                "' OR 1=1 --", "al\u0131ce", "\u212Aate", "ａｌｉｃｅ2", new string('x', 5000), "a b", "%F0%9F%98%80", "<script>", "*", "null",
            })
        {
            var answer = await Client.AuthenticateAsync(name.StartsWith('%') ? name : Uri.EscapeDataString(name));
            Assert.That((answer.Status, answer["code"]), Is.EqualTo((401, "401")), name);
        }
    }

    [Test, Spec("ASSURANCE", "I7")]
    public async Task I7_Nothing_but_what_is_asked_for_is_taken_from_a_body()
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("bob");
        await hub.Client.CallAsync(
            "PUT", $"/session/{lsid}/setEffectiveUser;lsid={lsid}",
            $$"""{"userId":"{{Lsids.IdOf("bob")}}","effectiveOrgId":"root","orgId":"root","assumedIdentity":"true","roles":"admin"}""");
        await hub.Client.CallAsync(
            "POST", "/authenticate/bob",
            $$"""{"password":"{{Lsids.Password}}","orgId":"root","role":"admin","effectiveUserId":"{{Lsids.IdOf("ada")}}"}""");

        var session = await hub.Client.ShowAsync(lsid);

        Assert.That((session["effectiveUserId"], session["effectiveOrgId"]), Is.EqualTo((Lsids.IdOf("bob"), "acme")));
        Assert.That((await hub.Client.AssumeAsync(lsid, Lsids.IdOf("eve"))).Status, Is.EqualTo(404));
    }
}
