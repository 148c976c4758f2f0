using IdentityHub.Storage.Replay;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Harness;

/// <summary>The race tests are worth something only if a store that races is caught: this one checks first and writes afterwards.</summary>
public class RendezvousTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private const string RacySql = "UPDATE used_identifiers SET expires_at = $1 WHERE identifier_hash = $2";

    [Test]
    public async Task A_store_that_checks_before_it_writes_lets_all_parties_through()
    {
        var hash = await UnusedAsync();
        var rendezvous = new Rendezvous(8).At(Database);

        var used = await InParallel(8, _ => TryUseRacilyAsync(hash));

        Assert.That(rendezvous.Met, Is.True);
        Assert.That(used, Is.All.True);
    }

    [Test]
    public async Task A_context_with_the_interceptor_is_held_in_the_same_way()
    {
        var hash = await UnusedAsync();
        var rendezvous = new Rendezvous(8);
        var options = new DbContextOptionsBuilder<HubDbContext>(HubDbContext.OptionsWithoutHost(Database))
            .AddInterceptors(rendezvous)
            .Options;

        var used = await InParallel(8, async _ =>
        {
            await using var context = new HubDbContext(options);
            var identifier = await context.UsedIdentifiers.SingleAsync(used => used.IdentifierHash == hash);
            var unused = identifier.ExpiresAt == Now;
            identifier.ExpiresAt = Now.AddDays(1);
            await context.SaveChangesAsync();
            return unused;
        });

        Assert.That(rendezvous.Met, Is.True);
        Assert.That(used, Is.All.True);
    }

    [Test]
    public async Task Where_fewer_arrive_the_hold_ends_by_itself()
    {
        var rendezvous = new Rendezvous(2).At(Database);

        Assert.That(await new UsedIdentifierStore(Database).TryUseAsync(Given.Hash(), Now, Now, Cancellation), Is.True);
        Assert.That(rendezvous.Met, Is.False);
    }

    private async Task<byte[]> UnusedAsync()
    {
        var hash = Given.Hash();
        await Given.StoredAsync(new UsedIdentifier { IdentifierHash = hash, ExpiresAt = Now });
        return hash;
    }

    private async Task<bool> TryUseRacilyAsync(byte[] hash)
    {
        var found = await Database.Call("SELECT expires_at FROM used_identifiers WHERE identifier_hash = $1").With(hash)
            .ListAsync(row => row.Time(), Cancellation);
        if (found.Single() != Now)
            return false;

        await Database.Call(RacySql).With(Now.AddDays(1)).With(hash).ExecuteAsync(Cancellation);
        return true;
    }
}
