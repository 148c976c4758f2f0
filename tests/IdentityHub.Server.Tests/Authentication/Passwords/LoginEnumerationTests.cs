using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication.Passwords;

/// <summary>A refused login says nothing about the user: the same answer for the same work, whatever the reason.</summary>
[Spec("ASSURANCE", "E1")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class LoginEnumerationTests(DatabaseKind kind)
{
    // User names are states. The right password is presented wherever there is one, but for the wrong one.
    private static readonly Dictionary<string, Action<User>> States = new()
    {
        ["wrong"] = _ => { },
        ["disabled"] = user => user.DisabledAt = FakeTime.Start,
        ["blocked"] = user => user.LockoutEnd = FakeTime.Start.AddHours(1),
        ["not-before"] = user => user.NotBefore = FakeTime.Start.AddHours(1),
        ["organization"] = user => user.OrganizationId = "closed",
        ["no-hash"] = user => user.PasswordHash = null,
        ["broken-hash"] = user => user.PasswordHash = "not base64",
        ["short-hash"] = user => user.PasswordHash = "AQ==",
    };

    private static readonly string Config =
        SharedConfig.Yaml
        + "\n"
        + string.Join(
            '\n',
            States.Keys.Select(
                (name, i) =>
                    $"  - {{ id: 33333333-3333-4333-8333-33333333333{i}, user_name: {name}, password: \"plain:{SharedConfig.Password}\" }}")
        );

    private static readonly string[] Names = ["unknown", .. States.Keys];

    private readonly RecordingHasher _hasher = new();

    [Test]
    public async Task E1_Unknown_wrong_disabled_blocked_and_all_other_states_are_answered_alike_for_the_same_work()
    {
        await using var hub = await StartAsync();
        await hub.Client.LoginAsync(SharedConfig.App, "the-first", "wrong");

        var seen = new Dictionary<string, string>();
        var work = new Dictionary<string, string>();
        foreach (var name in Names)
        {
            var (before, statements) = (_hasher.Work, hub.RecordStatements());
            seen[name] = (await LoginAsync(hub, name)).Seen();
            work[name] = $"{_hasher.Work - before} hash\n{string.Join('\n', statements)}";
        }

        Assert.That(seen["unknown"], Does.StartWith("400\n").And.Contains("invalid_grant"));
        Assert.That(work["unknown"], Does.StartWith("1 hash\n"));
        foreach (var name in Names)
        {
            Assert.That(seen[name], Is.EqualTo(seen["unknown"]), name);
            Assert.That(work[name], Is.EqualTo(work["unknown"]), name);
        }
    }

    [Test]
    public async Task E1_The_sixth_failure_is_answered_as_the_first_whether_or_not_the_user_exists()
    {
        await using var hub = await StartAsync();

        var seen = new List<string>();
        foreach (var name in Names)
        {
            for (var i = 0; i < 7; i++)
                seen.Add((await LoginAsync(hub, name)).Seen());
        }

        Assert.That(seen.Distinct().Count(), Is.EqualTo(1));
    }

    [TestCase("unknown")]
    [TestCase("wrong")]
    [TestCase("no-hash")]
    public async Task E1_The_first_login_of_a_node_costs_the_same_whomever_it_names(string name)
    {
        await using var hub = await StartAsync();
        var before = _hasher.Work;

        await LoginAsync(hub, name);

        // The hash that stands in for a missing one is made once.
        Assert.That(_hasher.Work - before, Is.EqualTo(2));
    }

    private static Task<Answer> LoginAsync(Hub hub, string name) =>
        hub.Client.LoginAsync(SharedConfig.App, name, name is "wrong" ? "Wrong-Pass-1234" : SharedConfig.Password);

    private async Task<Hub> StartAsync()
    {
        var hub = await Hub.StartAsync(Config, kind, _hasher.Register);
        await using var context = hub.NewContext();
        context.Organizations.Add(new Organization { Id = "closed", Name = "Closed", DisabledAt = FakeTime.Start });
        await context.SaveChangesAsync();
        foreach (var user in await context.Users.ToListAsync())
            States.GetValueOrDefault(user.UserName!)?.Invoke(user);
        await context.SaveChangesAsync();
        return hub;
    }
}
