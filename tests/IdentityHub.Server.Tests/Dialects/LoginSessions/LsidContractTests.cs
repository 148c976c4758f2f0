using System.Text.RegularExpressions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.LoginSessions;

/// <summary>
/// Every call and every status of the contract, status and body byte for byte: golden/NAME.txt. Secrets and ids that differ each time are
/// masked.
/// </summary>
[Spec("contracts/lsid-sessions.md", "calls")]
public partial class LsidContractTests(DatabaseKind kind) : HubFixture(kind, Lsids.Config)
{
    // sha256 of the password of all users.
    private static readonly string Hash = Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Lsids.Password)));

    private static readonly (string, string) ApiKey = ("X-API-Key", Lsids.Key);

    // The tests run beside each other: whoever's sessions all end in one logs in in no other.
    private static readonly Dictionary<string, Func<HttpClient, Task<Answer>>> Calls = new()
    {
        ["authenticate-200"] = client => client.AuthenticateAsync("alice"),
        ["authenticate-200-hash"] = client => client.CallAsync("POST", "/authenticate/alice", $$"""{"passwordHash":"{{Hash}}"}"""),
        ["authenticate-200-form"] = client => client.PostFormAsync("/authenticate/alice%40example.com", ("password", Lsids.Password)),
        ["authenticate-400"] = client => client.CallAsync("POST", "/authenticate/alice", "{}"),
        ["authenticate-400-both"] = client =>
            client.CallAsync("POST", "/authenticate/alice", $$"""{"password":"{{Lsids.Password}}","passwordHash":"{{Hash}}"}"""),
        ["authenticate-401"] = client => client.AuthenticateAsync("alice", "wrong"),
        ["authenticate-401-unknown"] = client => client.AuthenticateAsync("nobody", "wrong"),
        ["authenticate-401-disabled"] = client => client.AuthenticateAsync("dan"),
        ["authenticate-401-hash"] = client => client.CallAsync("POST", "/authenticate/alice", """{"passwordHash":"0123"}"""),
        ["authenticate-405"] = client => client.CallAsync("GET", "/authenticate/alice"),
        ["authenticate-423"] = async client =>
        {
            await client.CallAsync("PUT", "/authenticate/block/eve", null, null, ApiKey);
            var answer = await client.AuthenticateAsync("eve");
            await client.CallAsync("DELETE", "/authenticate/block/eve", null, null, ApiKey);
            return answer;
        },
        ["block-200"] = client => client.CallAsync("GET", "/authenticate/block/svc?apiKey=" + Lsids.Key),
        ["block-200-set"] = client => BlockDoraAsync(client, "PUT"),
        ["block-200-until"] = client =>
            BlockDoraAsync(client, "PUT", $$"""{"until":"{{FakeTime.Start.AddYears(1):yyyy-MM-ddTHH:mm:ssZ}}"}"""),
        ["block-200-delete"] = client => BlockDoraAsync(client, "DELETE"),
        ["block-400"] = client =>
            client.CallAsync("PUT", "/authenticate/block/dora", """{"until":"tomorrow"}""", "application/json", ApiKey),
        ["block-401"] = client => client.CallAsync("GET", "/authenticate/block/alice"),
        ["block-401-key"] = client => client.CallAsync("GET", "/authenticate/block/alice?apiKey=wrong"),
        ["block-403"] = async client => await client.CallAsync("GET", "/authenticate/block/alice;lsid=" + await client.LsidAsync("bob")),
        ["block-404"] = client => client.CallAsync("GET", "/authenticate/block/nobody", null, null, ApiKey),
        ["block-404-foreign"] = client => client.CallAsync("GET", "/authenticate/block/sam", null, null, ApiKey),
        ["session-200"] = async client => await client.ShowAsync(await client.LsidAsync("alice")),
        ["session-200-key"] = async client =>
            await client.CallAsync("GET", $"/session/{await client.LsidAsync("alice")}?apiKey={Lsids.Key}"),
        ["session-200-permission"] = async client =>
            await client.CallAsync("GET", $"/session/{await client.LsidAsync("bob")};lsid={await client.LsidAsync("alice")}"),
        ["session-400"] = async client => await client.CallAsync("GET", $"/session/{await client.LsidAsync("alice")};lsid="),
        ["session-404"] = async client => await client.CallAsync("GET", $"/session/12312323;lsid={await client.LsidAsync("alice")}"),
        ["session-404-foreign"] = async client =>
            await client.CallAsync("GET", $"/session/{await client.LsidAsync("alice")};lsid={await client.LsidAsync("bob")}"),
        ["session-404-nobody"] = async client => await client.CallAsync("GET", $"/session/{await client.LsidAsync("alice")}"),
        ["session-405"] = async client => await client.CallAsync("PATCH", $"/session/{await client.LsidAsync("alice")}"),
        ["session-delete-200"] = async client =>
            await client.LsidAsync("bob") is var lsid ? await client.CallAsync("DELETE", $"/session/{lsid};lsid={lsid}") : null!,
        ["session-delete-200-all"] = async client =>
            await client.LsidAsync("fay") is var lsid
                ? await client.CallAsync("DELETE", $"/session/{lsid};lsid={lsid}", "true", "application/json1")
                : null!,
        ["session-delete-400"] = async client =>
            await client.LsidAsync("bob") is var lsid ? await client.CallAsync("DELETE", $"/session/{lsid};lsid={lsid}", "\"yes\"") : null!,
        ["session-delete-404"] = async client =>
            await client.CallAsync("DELETE", $"/session/12312323;lsid={await client.LsidAsync("alice")}", "true", "application/json1"),
        ["user-200"] = async client => await client.AssumeAsync(await client.LsidAsync("alice"), Lsids.IdOf("bob")),
        ["user-200-object"] = async client =>
            await client.LsidAsync("alice") is var lsid
                ? await client.CallAsync(
                    "POST", $"/session/{lsid}/setEffectiveUser;lsid={lsid}", $$"""{"userId":"{{Lsids.IdOf("bob")}}"}""")
                : null!,
        ["user-400"] = async client =>
            await client.LsidAsync("alice") is var lsid
                ? await client.CallAsync("PUT", $"/session/{lsid}/setEffectiveUser;lsid={lsid}", "17")
                : null!,
        ["user-404"] = async client => await client.AssumeAsync(await client.LsidAsync("alice"), Lsids.IdOf("sam")),
        ["org-200"] = async client => await client.ActInAsync(await client.LsidAsync("alice"), "east"),
        ["org-400"] = async client =>
            await client.LsidAsync("alice") is var lsid
                ? await client.CallAsync("PUT", $"/session/{lsid}/setEffectiveOrg;lsid={lsid}", "{}")
                : null!,
        ["org-404"] = async client => await client.ActInAsync(await client.LsidAsync("alice"), "root"),
        ["reset-200"] = async client =>
        {
            var lsid = await client.LsidAsync("alice");
            await client.AssumeAsync(lsid, Lsids.IdOf("ed"));
            return await client.ResetIdentityAsync(lsid);
        },
        ["reset-404"] = async client =>
            await client.CallAsync(
                "DELETE", $"/session/{await client.LsidAsync("bob")}/assumedIdentity;lsid={await client.LsidAsync("alice")}"),
        ["clone-201"] = async client => await client.CloneAsync(await client.LsidAsync("alice")),
        ["clone-404"] = async client =>
            await client.CallAsync("POST", $"/session/{await client.LsidAsync("bob")}/clone;lsid={await client.LsidAsync("alice")}"),
        ["logout-200"] = async client =>
            await client.CallAsync("DELETE", $"/session/user/{Lsids.IdOf("ed")};lsid={await client.LsidAsync("alice")}"),
        ["logout-401"] = client => client.CallAsync("DELETE", $"/session/user/{Lsids.IdOf("bob")}"),
        ["logout-403"] = async client =>
            await client.CallAsync("DELETE", $"/session/user/{Lsids.IdOf("alice")};lsid={await client.LsidAsync("bob")}"),
        ["logout-404"] = async client =>
            await client.CallAsync("DELETE", $"/session/user/{Guid.NewGuid()};lsid={await client.LsidAsync("alice")}"),
        ["logout-404-foreign"] = async client =>
            await client.CallAsync("DELETE", $"/session/user/{Lsids.IdOf("sam")};lsid={await client.LsidAsync("alice")}"),
        ["password-request-200"] = client =>
            client.CallAsync(
                "POST",
                $"/password/reset/{Lsids.IdOf("alice")}",
                """{"email":"alice@example.com","resetPageUrl":"https://app.example.com/reset"}"""
            ),
        ["password-request-400"] = client => client.CallAsync("POST", $"/password/reset/{Lsids.IdOf("alice")}", "{}"),
        ["password-request-400-page"] = client =>
            client.CallAsync(
                "POST",
                $"/password/reset/{Lsids.IdOf("alice")}",
                """{"email":"alice@example.com","resetPageUrl":"https://evil.example/reset"}"""
            ),
        ["password-reset-400"] = client =>
            client.CallAsync("PUT", "/password/reset", """{"token":"bad","username":"alice","newPassword":"Another-Pass-1234"}"""),
        ["password-401"] = client =>
            client.CallAsync(
                "PUT", $"/password/{Lsids.IdOf("alice")};lsid=gone", """{"oldPassword":"a","newPassword":"Another-Pass-1234"}"""),
        ["password-400"] = async client =>
            await client.CallAsync(
                "PUT", $"/password/{Lsids.IdOf("alice")};lsid={await client.LsidAsync("alice")}", """{"oldPassword":"a"}"""),
        ["password-404"] = async client =>
            await client.CallAsync(
                "PUT", $"/password/{Lsids.IdOf("bob")};lsid={await client.LsidAsync("alice")}",
                """{"oldPassword":"a","newPassword":"Another-Pass-1234"}"""),
        ["password-200"] = async client =>
            await client.CallAsync(
                "PUT", $"/password/{Lsids.IdOf("ed")};lsid={await client.LsidAsync("alice")}",
                $$"""{"adminPassword":"{{Lsids.Password}}","newPassword":"{{Lsids.Password}}"}"""),
        ["nowhere-404"] = client => client.CallAsync("GET", "/session/a/b/c"),
    };

    // And one after the other where it is the same user who is blocked.
    private static readonly SemaphoreSlim Dora = new(1);

    private static IEnumerable<string> Names => Calls.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task Each_call_is_answered_as_the_contract_says(string name)
    {
        var answer = await Calls[name](Client);

        var seen = $"{answer.Status}\n{Id().Replace(Lsid().Replace(answer.Body, "LSID"), "SID")}".TrimEnd('\n');
        var file = Path.Combine(TestContext.CurrentContext.TestDirectory, "../../../Dialects/LoginSessions/golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("IDENTITYHUB_UPDATE_SNAPSHOTS") == "1")
            await File.WriteAllTextAsync(file, seen + "\n");
        Assert.That(seen, Is.EqualTo(Golden.Read(name + ".txt")));
        Assert.That((answer.Header("Cache-Control"), answer.Header("Referrer-Policy")), Is.EqualTo(("no-store", "no-referrer")));
        Assert.That(name, Does.Contain($"-{answer.Status}"));
    }

    private static async Task<Answer> BlockDoraAsync(HttpClient client, string method, string? body = null)
    {
        await Dora.WaitAsync();
        try
        {
            var answer = await client.CallAsync(method, "/authenticate/block/dora", body, "application/json", ApiKey);
            await client.CallAsync("DELETE", "/authenticate/block/dora", null, null, ApiKey);
            return answer;
        }
        finally
        {
            Dora.Release();
        }
    }

    [GeneratedRegex("ihs_[A-Za-z0-9_-]{49}")]
    private static partial Regex Lsid();

    // Version 7: ids of sessions; those of users are of version 4.
    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();
}
