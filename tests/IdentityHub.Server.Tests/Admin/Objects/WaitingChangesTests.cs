using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Admin.Objects;

/// <summary>Changes of the configuration that wait for its lock. On SQLite a lock is the transaction itself.</summary>
public class WaitingChangesTests
{
    private const int MostWaiting = 100;

    [Test]
    public async Task They_leave_connections_to_those_who_log_in_and_more_are_told_to_come_again()
    {
        await using var hub = await Hub.StartAsync(Administrations.Config, DatabaseKind.Postgres);
        var root = await hub.Client.TokenOfAsync("root");
        var held = await hub.Database.BeginLockedAsync("config", CancellationToken.None);
        var waiting = Enumerable.Range(0, MostWaiting + 5)
            .Select(i => hub.Client.AdminAsync("POST", "/scopes", root, $$"""{ "name": "queued.{{i}}" }"""))
            .ToList();
        var first = await await Task.WhenAny(waiting);
        var login = await hub.Client.LoginAsync("console", "nobody", Administrations.Password, "openid");
        await held.DisposeAsync();
        var answers = await Task.WhenAll(waiting);

        Assert.That((first.Status, first["reason"], first.Header("Retry-After")), Is.EqualTo((429, "rate_limit", "1")), first.Body);
        Assert.That(login.Status, Is.EqualTo(200), login.Body);
        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(MostWaiting + 1));
    }
}
