using System.Collections.Concurrent;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication.OneTimeCodes;

/// <summary>
/// Sending a code, and refusing one, says nothing about the user: the same answer for the same work, whatever there is behind the address.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class OtpEnumerationTests(DatabaseKind kind)
{
    private static readonly Dictionary<string, Action<User>?> States = new()
    {
        ["absent"] = null,
        ["exists"] = _ => { },
        ["disabled"] = user => user.DisabledAt = FakeTime.Start,
        ["blocked"] = user => user.LockoutEnd = FakeTime.Start.AddHours(1),
        ["not-before"] = user => user.NotBefore = FakeTime.Start.AddHours(1),
        ["verified"] = user => user.EmailConfirmed = true,
        ["no-phone"] = user => user.PhoneNumber = null,
        ["no-hash"] = user => user.PasswordHash = null,
    };

    private readonly RecordingHasher _hasher = new();

    [TestCase(false)]
    [TestCase(true)]
    [Spec("ASSURANCE", "E1"), Spec("ASSURANCE", "E3")]
    public async Task E1_A_code_is_sent_with_the_same_answer_and_the_same_statements_to_every_address_whether_or_not_the_mail_server_lives(
        bool mailServerIsDead)
    {
        (string, string)[] settings = mailServerIsDead
            ?
            [
                ("IdentityHub:Email:Smtp:Host", "127.0.0.1"), ("IdentityHub:Email:Smtp:Port", $"{HubProcess.FreePort()}"),
                ("IdentityHub:Email:Smtp:From", "hub@example.com")
            ]
            : [];
        await using var hub = await StartAsync(settings);
        var token = await hub.Client.MachineTokenAsync("closed");
        var (seen, work) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var state in States.Keys)
        {
            var (before, statements) = (_hasher.Work, Record(hub));
            seen[state] = (await hub.Client.SendOtpAsync(token, Otps.Body(AddressOf(state))))
                .Seen()
                .Replace(AddressOf(state), "ADDRESS", StringComparison.Ordinal);
            hub.BeforeStatement = null;
            work[state] = $"{_hasher.Work - before} hashes\n{string.Join('\n', statements)}";
        }

        var overLimit = new List<string>();
        foreach (var state in States.Keys)
            overLimit.Add((await hub.Client.SendOtpAsync(token, Otps.Body(AddressOf(state)))).Seen());

        Assert.That(
            work["absent"],
            Does.StartWith("0 hashes\n").And.Contains("INSERT INTO one_time_passwords").And.Contains("INSERT INTO outbox_messages"));
        foreach (var state in States.Keys)
        {
            Assert.That(
                seen[state].Replace($"Content-Length: {ContentLength(state)}", "", StringComparison.Ordinal),
                Is.EqualTo(seen["absent"].Replace($"Content-Length: {ContentLength("absent")}", "", StringComparison.Ordinal)), state);
            Assert.That(work[state], Is.EqualTo(work["absent"]), state);
        }

        Assert.That(overLimit[0], Does.StartWith("429\n"));
        Assert.That(overLimit.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    [Spec("ASSURANCE", "E1")]
    public async Task E1_A_refused_code_is_answered_alike_for_the_same_work_as_a_grant_of_its_own_and_costs_one_hash_as_a_password()
    {
        await using var hub = await StartAsync();
        await hub.Client.LoginAsync("closed", "the-first", "wrong");
        foreach (var asPassword in new[] { false, true })
        {
            var (seen, work) = (new Dictionary<string, string>(), new Dictionary<string, string>());
            foreach (var state in States.Keys)
            {
                var (before, statements) = (_hasher.Work, Record(hub));
                var address = AddressOf(state);
                var answer = asPassword
                    ? await hub.Client.LoginAsync("closed", address, "12345678")
                    : await hub.Client.RedeemOtpAsync(address, "12345678", "closed");
                hub.BeforeStatement = null;
                seen[state] = answer.Seen();
                work[state] = $"{_hasher.Work - before} hashes\n{string.Join('\n', statements)}";
            }

            Assert.That(seen["absent"], Does.StartWith("400\n").And.Contains("invalid_grant"));
            Assert.That(work["absent"], Does.StartWith(asPassword ? "1 hashes\n" : "0 hashes\n"));
            foreach (var state in States.Keys)
            {
                Assert.That(seen[state], Is.EqualTo(seen["absent"]), state);
                Assert.That(work[state], Is.EqualTo(work["absent"]), state);
            }
        }
    }

    [Test]
    [Spec("ASSURANCE", "E1")]
    public async Task E1_The_right_code_of_a_user_who_is_not_admitted_is_refused_as_a_wrong_one_for_the_same_work()
    {
        await using var hub = await StartAsync();
        await hub.Client.LoginAsync("open", "the-first", "wrong");
        var codes = new Dictionary<string, string>();
        string[] names = ["exists", "disabled", "blocked", "not-before"];
        foreach (var state in names)
        {
            var user = await hub.AddUserAsync(user => user.Email = $"later-{state}@example.com");
            codes[state] = await hub.NewCodeAsync(user.Email!);
            await hub.ChangeUserAsync(user.Id, States[state]!);
        }

        var (seen, work) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var state in names)
        {
            var (before, statements) = (_hasher.Work, Record(hub));
            seen[state] = (
                await hub.Client.LoginAsync(
                    "open", $"later-{state}@example.com", state == "exists" ? Otps.Wrong(codes[state]) : codes[state])
            ).Seen();
            hub.BeforeStatement = null;
            work[state] = $"{_hasher.Work - before} hashes\n{string.Join('\n', statements)}";
        }

        Assert.That(seen["exists"], Does.StartWith("400\n"));
        Assert.That(seen.Values.Distinct().Count(), Is.EqualTo(1));
        Assert.That(work.Values.Distinct().Count(), Is.EqualTo(1), string.Join("\n\n", work.Values));
    }

    private static string AddressOf(string state) => $"{state}@example.com";

    private static int ContentLength(string state) => $$"""{"data":{"email":"{{AddressOf(state)}}"},"meta":[]}""".Length;

    private async Task<Hub> StartAsync(params (string, string)[] settings)
    {
        var hub = await Hub.StartAsync(Otps.Config, kind, _hasher.Register, settings);
        foreach (var (state, change) in States.Where(state => state.Value is not null))
        {
            await hub.AddUserAsync(user =>
            {
                (user.Email, user.PhoneNumber) = (AddressOf(state), $"+2784{user.Id.GetHashCode() & 0xffffff:00000000}");
                change!(user);
            });
        }

        return hub;
    }

    // What the deliverer does beside the requests, and the look for a new configuration and for keys, is not the request's.
    private static ConcurrentQueue<string> Record(Hub hub)
    {
        var statements = new ConcurrentQueue<string>();
        string[] beside =
        [
            "config_", "FROM signing_keys", "FROM imported_keys", "audit_events", "client_secret_uses", "dialect_days",
            "UPDATE outbox_messages", "WITH due", "u.locale", "BEGIN",
        ];
        hub.BeforeStatement = (statement, _) =>
        {
            if (!beside.Any(part => statement.Contains(part, StringComparison.Ordinal))
                || statement.StartsWith("INSERT INTO outbox_messages", StringComparison.Ordinal))
                statements.Enqueue(statement);
            return Task.CompletedTask;
        };
        return statements;
    }
}
