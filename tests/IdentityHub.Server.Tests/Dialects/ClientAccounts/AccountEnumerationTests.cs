using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.ClientAccounts;

/// <summary>A refused login at /v1/* says nothing about the user: the same answer for the same work, whatever the reason.</summary>
[Spec("ASSURANCE", "E1")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class AccountEnumerationTests(DatabaseKind kind)
{
    private static readonly Dictionary<string, Action<User>> States = new()
    {
        ["wrong"] = _ => { },
        ["disabled"] = user => user.DisabledAt = FakeTime.Start,
        ["locked"] = user => user.LockoutEnd = FakeTime.Start.AddHours(1),
        ["not yet valid"] = user => user.NotBefore = FakeTime.Start.AddHours(1),
        ["without password"] = user => user.PasswordHash = null,
        ["hash of no kind"] = user => user.PasswordHash = "not-a-hash",
    };

    private readonly RecordingHasher _hasher = new();

    [TestCase(ServiceUsers.AccountLoginPath, "email")]
    [TestCase(ServiceUsers.LoginPath, "username")]
    public async Task E1_Every_refused_login_gets_the_same_answer_for_one_hash_of_work(string path, string nameField)
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.Config, kind, _hasher.Register);
        var api = await hub.Client.ApiTokenAsync();
        var names = new Dictionary<string, string> { ["unknown"] = "nobody@client.test" };
        foreach (var (state, change) in States)
        {
            var account = await hub.Client.AccountAsync(api);
            await hub.ChangeUserAsync(account.Id, change);
            names[state] = account.Email;
        }

        var seen = new Dictionary<string, string>();
        foreach (var (state, name) in names)
        {
            foreach (var password in state == "wrong" ? ["wrong-Pass-1", "x", new string('ä', 2000)] : new[] { "Account-Pass-1" })
            {
                var before = _hasher.Work;
                var answer = await hub.Client.CallAsync(
                    HttpMethod.Post, path, $$"""{"{{nameField}}":"{{name}}","password":"{{password}}"}""", api);
                seen[$"{state} {password.Length}"] = Seen(answer);
                Assert.That(
                    _hasher.Work - before, Is.EqualTo(password.Length > 1024 ? 0 : 1),
                    $"{state}: what is too long to be anybody's costs nothing");
            }
        }

        Assert.That(seen.Values.Distinct().ToList(), Has.Count.EqualTo(1), string.Join('\n', seen));
        Assert.That(seen.Values.First(), Does.StartWith("401").And.Contains("errors.login.failed"));
    }

    [TestCase(ServiceUsers.AccountLoginPath, "email")]
    [TestCase(ServiceUsers.LoginPath, "username")]
    [Spec("ASSURANCE", "E4")]
    public async Task E4_A_password_of_any_length_is_answered_alike_in_every_state(string path, string nameField)
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.Config, kind, _hasher.Register);
        var api = await hub.Client.ApiTokenAsync();
        foreach (var password in new[] { "", "x", new string('x', 1025), new string('x', 8 * 1024), new string('x', 8 * 1024 + 1) })
        {
            var seen = new Dictionary<string, string>();
            foreach (var (state, change) in States.Prepend(new("unknown", _ => { })))
            {
                var name = "nobody@client.test";
                if (state != "unknown")
                {
                    var account = await hub.Client.AccountAsync(api);
                    await hub.ChangeUserAsync(account.Id, change);
                    name = account.Email;
                }

                var before = _hasher.Work;
                var answer = await hub.Client.CallAsync(
                    HttpMethod.Post, path, $$"""{"{{nameField}}":"{{name}}","password":"{{password}}"}""", api);
                seen[state] = $"{_hasher.Work - before} hashes\n{Seen(answer)}";
            }

            Assert.That(seen.Values.Distinct().ToList(), Has.Count.EqualTo(1), string.Join('\n', seen));
        }
    }

    // The id of the call and the count of calls are no part of what is said about the user.
    private static string Seen(Answer answer)
    {
        var headers = answer
            .Headers.Where(header => header.Key is not ("Date" or "RateLimit-Remaining"))
            .Select(header => $"{header.Key}: {header.Value}")
            .Order(StringComparer.Ordinal);
        var id = answer.Json.GetProperty("errors")[0].GetProperty("id").GetString()!;
        return $"{answer.Status}\n{string.Join('\n', headers)}\n{answer.Body.Replace(id, "ID", StringComparison.Ordinal)}";
    }
}
