using IdentityHub.Protocol;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.LoginSessions;

/// <summary>
/// The endpoints of login sessions say nothing about users and sessions that are none of the caller's business: the same answer for the
/// same work.
/// </summary>
[Spec("ASSURANCE", "E1")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class LsidEnumerationTests(DatabaseKind kind)
{
    // The right hash is presented wherever there is a password, but for the wrong one.
    private static readonly Dictionary<string, Action<User>> States = new()
    {
        ["wrong"] = _ => { },
        ["disabled"] = user => user.DisabledAt = FakeTime.Start,
        ["not-before"] = user => user.NotBefore = FakeTime.Start.AddHours(1),
        ["organization"] = user => user.OrganizationId = "closed",
        ["unverified"] = user => (user.Email, user.EmailConfirmed, user.DisabledAt) = ($"{user.Id}@example.com", false, FakeTime.Start),
        ["no-phone"] = user => (user.PhoneNumber, user.DisabledAt) = (null, FakeTime.Start),
        ["no-password"] = user => user.PasswordHash = null,
        ["not-by-hash"] = user => user.HashLoginDisabled = true,
        ["no-hash-verifier"] = user =>
            user.PasswordHash = new UserPasswordHasher(1000).HashClientSent(
                ClientSentHash.Md5, ClientSentHash.Of(ClientSentHash.Md5, HubUsers.Password)),
        ["broken-verifier"] = user => user.PasswordHash = "wrapped$sha256$not base64",
    };

    private readonly RecordingHasher _hasher = new();

    [Test]
    public async Task E1_A_login_by_hash_is_answered_alike_for_the_same_work_in_every_state()
    {
        await using var hub = await StartAsync();
        var names = await NamesAsync(hub);
        await HashLoginAsync(hub, "the-first", ClientSentHash.Of(ClientSentHash.Sha256, "wrong"));

        var seen = new Dictionary<string, string>();
        foreach (var (state, name) in names)
        {
            var (before, statements) = (_hasher.Work, hub.RecordStatements());
            var answer = await HashLoginAsync(
                hub, name, ClientSentHash.Of(ClientSentHash.Sha256, state == "wrong" ? "Wrong-Pass-1234" : HubUsers.Password));
            seen[state] = $"{_hasher.Work - before} hash\n{answer.Seen()}\n{string.Join('\n', statements)}";
        }

        Assert.That(seen["unknown"], Does.StartWith("1 hash\n401\n"));
        foreach (var state in names.Keys)
            Assert.That(seen[state], Is.EqualTo(seen["unknown"]), state);
    }

    [Test]
    public async Task E1_A_blocked_user_is_told_to_whoever_knows_the_hash_and_to_nobody_else_for_the_same_work()
    {
        await using var hub = await StartAsync();
        var (known, guessed) = (await hub.AddUserAsync(Block), await hub.AddUserAsync(Block));
        await HashLoginAsync(hub, "the-first", ClientSentHash.Of(ClientSentHash.Sha256, "wrong"));

        var seen = new List<string>();
        foreach (var (name, password) in new[]
            {
                ("nobody", HubUsers.Password), (guessed.UserName!, "Wrong-Pass-1234"), (known.UserName!, HubUsers.Password),
            })
        {
            var (before, statements) = (_hasher.Work, hub.RecordStatements());
            var answer = await HashLoginAsync(hub, name, ClientSentHash.Of(ClientSentHash.Sha256, password));
            seen.Add($"{answer.Status}\n{_hasher.Work - before} hash\n{string.Join('\n', statements)}");
        }

        Assert.That(seen[0], Does.StartWith("401\n1 hash\n"));
        Assert.That(seen[1], Is.EqualTo(seen[0]));
        Assert.That(
            seen[2], Is.EqualTo(seen[0].Replace("401", "423", StringComparison.Ordinal)), "the contract's own word, for the same work");

        static void Block(User user) => user.LockoutEnd = FakeTime.Start.AddHours(1);
    }

    [Test]
    public async Task E1_The_sixth_hash_is_answered_alike_whether_or_not_the_user_exists()
    {
        await using var hub = await StartAsync();
        var names = await NamesAsync(hub);

        var seen = new Dictionary<string, string>();
        foreach (var (state, name) in names)
        {
            var answers = new List<string>();
            for (var i = 0; i < 7; i++)
                answers.Add(
                    (await HashLoginAsync(
                            hub, name, ClientSentHash.Of(ClientSentHash.Sha256, state == "wrong" ? "Wrong-Pass-1234" : HubUsers.Password))
                    ).Seen());
            seen[state] = string.Join("\n\n", answers);
        }

        Assert.That(seen["unknown"], Does.StartWith("401\n").And.Contains("423\n"));
        Assert.That(seen.Values.Distinct().Count(), Is.EqualTo(1), string.Join("\n\n\n", seen));
    }

    [Test, Spec("ASSURANCE", "E4")]
    public async Task E4_A_malformed_hash_is_answered_alike_in_every_state_and_costs_nothing()
    {
        await using var hub = await StartAsync();
        var names = await NamesAsync(hub);
        var right = ClientSentHash.Of(ClientSentHash.Sha256, HubUsers.Password);
        string[] hashes =
        [
            "x", right[..63], right + "0", right + " ", " " + right, "\uFF10" + right[1..], "g" + right[1..],
            ClientSentHash.Of(ClientSentHash.Md5, HubUsers.Password), HubUsers.Password, new string('a', 8 * 1024),
            new string('a', 8 * 1024 + 1), "",
            "\\u0000" + right[1..], right[1..] + "\\u0000", "\\ud800" + right[1..],
        ];
        foreach (var hash in hashes)
        {
            var seen = new Dictionary<string, string>();
            foreach (var (state, name) in names)
            {
                var (before, statements) = (_hasher.Work, hub.RecordStatements());
                var answer = await HashLoginAsync(hub, name, hash);
                seen[state] = $"{_hasher.Work - before} hashes\n{answer.Seen()}\n{string.Join('\n', statements)}";
            }

            Assert.That(seen.Values.Distinct().Count(), Is.EqualTo(1), string.Join("\n\n", seen));
            Assert.That(seen["unknown"], Does.StartWith("0 hashes\n40"), hash);
        }
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("0123456789")]
    [Spec("ASSURANCE", "E4")]
    public async Task E4_A_short_password_is_answered_alike_in_every_state(string password)
    {
        await using var hub = await StartAsync();
        var names = await NamesAsync(hub);
        await hub.Client.AuthenticateAsync("the-first", "wrong");

        var seen = new Dictionary<string, string>();
        foreach (var (state, name) in names)
        {
            var (before, statements) = (_hasher.Work, hub.RecordStatements());
            var answer = await hub.Client.AuthenticateAsync(name, password);
            seen[state] = $"{_hasher.Work - before} hashes\n{answer.Seen()}\n{string.Join('\n', statements)}";
        }

        Assert.That(seen.Values.Distinct().Count(), Is.EqualTo(1), string.Join("\n\n", seen));
    }

    [Test]
    public async Task E1_A_reset_with_a_token_that_there_is_not_says_nothing_about_the_user_whom_it_names()
    {
        await using var hub = await StartAsync();
        var names = await NamesAsync(hub);
        names["known"] = "alice";

        var seen = new Dictionary<string, string>();
        foreach (var (state, name) in names)
        {
            var (before, statements) = (_hasher.Work, hub.RecordStatements());
            var answer = await hub.Client.ResetAsync(OpaqueToken.Create(OpaqueTokenType.PasswordReset), name, "Another-Pass-1234");
            seen[state] = $"{_hasher.Work - before} hashes\n{answer.Seen()}\n{string.Join('\n', statements)}";
        }

        Assert.That(seen["unknown"], Does.StartWith("0 hashes\n400\n"));
        Assert.That(seen.Values.Distinct().Count(), Is.EqualTo(1), string.Join("\n\n", seen));
    }

    [TestCase("GET", "/authenticate/block/NAME")]
    [TestCase("PUT", "/authenticate/block/NAME")]
    [TestCase("DELETE", "/authenticate/block/NAME")]
    [TestCase("DELETE", "/session/user/ID")]
    [TestCase("PUT", "/session/LSID/setEffectiveUser")]
    [TestCase("PUT", "/password/ID")]
    public async Task E1_Who_is_out_of_reach_is_answered_as_who_does_not_exist_for_the_same_work(string method, string path)
    {
        await using var hub = await StartAsync();
        var lsid = await hub.Client.LsidAsync("alice");
        var seen = new List<string>();
        foreach (var (name, id) in new[]
            {
                ("nobody", Guid.NewGuid().ToString()), ("sam", Lsids.IdOf("sam")), ("ada", Lsids.IdOf("ada")), ("rita", Lsids.IdOf("rita")),
            })
        {
            var statements = hub.RecordStatements();
            var target = path.Replace("NAME", name, StringComparison.Ordinal)
                .Replace("LSID", lsid, StringComparison.Ordinal)
                .Replace("ID", id, StringComparison.Ordinal);
            var body =
                path.EndsWith("User", StringComparison.Ordinal) ? $"\"{id}\""
                : path.StartsWith("/password", StringComparison.Ordinal) ? """{"adminPassword":"x","newPassword":"Another-Pass-1234"}"""
                : null;
            var answer = await hub.Client.CallAsync(method, $"{target};lsid={lsid}", body);
            seen.Add($"{answer.Seen()}\n{string.Join('\n', statements)}");
        }

        Assert.That(seen[0], Does.StartWith("404\n"));
        Assert.That(seen.Distinct().Count(), Is.EqualTo(1), string.Join("\n\n", seen));
    }

    [TestCase("alice")]
    [TestCase("bob")]
    public async Task E1_A_session_out_of_reach_is_answered_as_one_that_does_not_exist_for_the_same_work(string caller)
    {
        await using var hub = await StartAsync();
        var (lsid, foreign, ended) = (
            await hub.Client.LsidAsync(caller), await hub.Client.LsidAsync("sam"), await hub.Client.LsidAsync("sam"));
        var sid = (await hub.Client.CloneAsync(foreign))["clonedFrom"]!;
        await hub.Client.CallAsync("DELETE", $"/session/{ended};lsid={ended}");

        foreach (
            var ids in new[] { new[] { OpaqueToken.Create(OpaqueTokenType.Session), foreign, ended }, [Guid.NewGuid().ToString(), sid] })
        {
            var seen = new List<string>();
            foreach (var id in ids)
            {
                var statements = hub.RecordStatements();
                var answer = await hub.Client.CallAsync("GET", $"/session/{id};lsid={lsid}");
                seen.Add($"{answer.Seen()}\n{string.Join('\n', statements)}");
            }

            Assert.That(seen[0], Does.StartWith("404\n"));
            Assert.That(seen.Distinct().Count(), Is.EqualTo(1), string.Join("\n\n", seen));
        }
    }

    private async Task<Hub> StartAsync()
    {
        var hub = await Hub.StartAsync(Lsids.Config, kind, _hasher.Register);
        await using var context = hub.NewContext();
        context.Organizations.Add(new Organization { Id = "closed", Name = "Closed", DisabledAt = FakeTime.Start });
        await context.SaveChangesAsync();
        return hub;
    }

    private static async Task<Dictionary<string, string>> NamesAsync(Hub hub)
    {
        var names = new Dictionary<string, string> { ["unknown"] = $"user-{Guid.CreateVersion7():N}" };
        foreach (var (state, change) in States)
            names[state] = (await hub.AddUserAsync(change)).UserName!;
        return names;
    }

    private static Task<Answer> HashLoginAsync(Hub hub, string name, string hash) =>
        hub.Client.CallAsync("POST", $"/authenticate/{name}", $$"""{"passwordHash":"{{hash}}"}""");
}
