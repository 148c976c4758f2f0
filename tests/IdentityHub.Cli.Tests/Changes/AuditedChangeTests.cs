using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.SigningKeys;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Changes;

/// <summary>A command changes nothing that it cannot write into the audit trail.</summary>
public class AuditedChangeTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    private static readonly Guid UserId = Guid.Parse("11111111-1111-4111-8111-111111111111");
    private static readonly Guid SessionId = Guid.Parse("22222222-2222-4222-8222-222222222222");
    private static readonly string Kid = new('a', 43);

    [SetUp]
    public async Task RefuseAuditRowsAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var context = NewContext();
        context.Add(new User { Id = UserId, UserName = "alice", NormalizedUserName = "ALICE" });
        context.Add(new Session
        {
            Id = SessionId,
            UserId = UserId,
            EffectiveUserId = UserId,
            Endpoint = "connect/token",
            AuthenticatedAt = now,
            AuthenticationMethods = "pwd",
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now.AddHours(1),
        });
        foreach (var id in new[] { 'a', 'b' })
        {
            context.Add(new SigningKey
            {
                KeyId = new string(id, 43),
                Algorithm = "ES256",
                WrappedPrivateKey = [1],
                CreatedAt = now,
                NotBefore = now.AddHours(-1),
                SignUntil = now.AddDays(1),
                PublishUntil = now.AddDays(2),
            });
        }

        await context.SaveChangesAsync();
        await context.Database.ExecuteSqlRawAsync(
            Database.Kind == DatabaseKind.Sqlite
                ? "CREATE TRIGGER refuse BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'the trail is full'); END"
                : "ALTER TABLE audit_events ADD CONSTRAINT refuse CHECK (endpoint <> 'hub')");
        Database.KeepFromReuse();
    }

    [TestCase("users", "disable", "alice")]
    [TestCase("sessions", "end", "22222222-2222-4222-8222-222222222222")]
    [TestCase("sessions", "end", "--user", "alice")]
    [TestCase("keys", "retire", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Nothing_is_changed_where_the_audit_row_cannot_be_written(params string[] arguments)
    {
        var result = await Shell.RunAsync(arguments);

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.StartWith("The database cannot be used: "));
        await using var context = NewContext();
        Assert.That(
            (
                (await context.Users.SingleAsync()).DisabledAt, (await context.Sessions.SingleAsync()).EndedAt,
                (await context.SigningKeys.SingleAsync(key => key.KeyId == Kid)).SignUntil > TimeProvider.System.GetUtcNow()),
            Is.EqualTo(((DateTimeOffset?)null, (DateTimeOffset?)null, true)));
    }

    [Test]
    public async Task A_user_stays_disabled_where_the_audit_row_cannot_be_written()
    {
        await using (var context = NewContext())
            await context.Users.ExecuteUpdateAsync(set => set.SetProperty(user => user.DisabledAt, TimeProvider.System.GetUtcNow()));

        var result = await Shell.RunAsync("users", "enable", "alice");

        Assert.That(result.ExitCode, Is.EqualTo(1));
        await using var after = NewContext();
        Assert.That((await after.Users.SingleAsync()).DisabledAt, Is.Not.Null);
    }
}
