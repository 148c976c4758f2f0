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

        var used = await InParallel(100, i => nodes[i % 2].TryUseAsync(hash, Now.AddMinutes(5), Cancellation));

        Assert.That(used.Count(first => first), Is.EqualTo(1));
    }

    [Test]
    public async Task Different_identifiers_do_not_hinder_each_other()
    {
        var used = await InParallel(20, _ => new UsedIdentifierStore(Database).TryUseAsync(Given.Hash(), Now.AddMinutes(5), Cancellation));

        Assert.That(used, Is.All.True);
    }
}
