using IdentityHub.Storage.Installation;
using IdentityHub.Storage.Replay;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Replay;

public class UsedIdentifierStoreTests(DatabaseKind kind) : DatabaseTests(kind)
{
    [Test, Spec("RFC 7523", "3"), Spec("ASSURANCE", "R7")]
    public async Task An_identifier_is_used_once_over_two_nodes_however_many_try()
    {
        var hash = Given.Hash();
        UsedIdentifierStore[] nodes = [new(Database), new(Storage.Open())];

        var used = await InParallel(100, i => nodes[i % 2].TryUseAsync(hash, Now, Now.AddMinutes(5), Cancellation));

        Assert.That(used.Count(first => first), Is.EqualTo(1));
    }

    [Test]
    public async Task Different_identifiers_do_not_hinder_each_other()
    {
        var store = new UsedIdentifierStore(Database);
        var used = await InParallel(20, _ => store.TryUseAsync(Given.Hash(), Now, Now.AddMinutes(5), Cancellation));

        Assert.That(used, Is.All.True);
    }

    [Test]
    public async Task After_a_restore_only_what_cannot_have_been_used_before_it_is_taken()
    {
        var store = new UsedIdentifierStore(Database);
        await using (var transaction = await Database.BeginAsync(Cancellation))
        {
            await RestoredDatabase.EndAllAsync(transaction, endedApiKeys: null, Now, Cancellation);
            await transaction.CommitAsync(Cancellation);
        }

        Assert.That(await store.IsBeforeRestoreAsync(Now.AddSeconds(-1), Cancellation), Is.True);
        Assert.That(await store.IsBeforeRestoreAsync(Now, Cancellation), Is.False);
        Assert.That(await store.TryUseAsync(Given.Hash(), Now.AddSeconds(-1), Now.AddMinutes(5), Cancellation), Is.False);
        Assert.That(await store.TryUseAsync(Given.Hash(), Now, Now.AddMinutes(5), Cancellation), Is.True);
    }
}
