using IdentityHub.Storage.SigningKeys;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.SigningKeys;

public class SigningKeyStoreTests(DatabaseKind kind) : DatabaseTests(kind)
{
    [Test]
    public async Task Two_nodes_that_start_at_once_make_one_key()
    {
        var other = Storage.Open();
        SigningKeyStore[] nodes = [Store(Database), Store(other)];

        var rings = await InParallel(10, i => nodes[i % 2].AddMissingAsync(ring => ring.Count == 0 ? [Key(Now)] : [], Now, Cancellation));

        Assert.That(rings.SelectMany(ring => ring).Select(key => key.KeyId).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await nodes[0].ListPublishedAsync(Now, Cancellation), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Keys_are_listed_in_the_order_in_which_they_sign_until_they_leave_the_ring()
    {
        var (older, newer) = (Key(Now.AddDays(-10)), Key(Now));
        await Given.StoredAsync(newer, older);

        Assert.Multiple(async () =>
        {
            Assert.That(await ListAsync(Now), Is.EqualTo((string[])[older.KeyId, newer.KeyId]));
            Assert.That(await ListAsync(older.PublishUntil), Is.EqualTo((string[])[newer.KeyId]));
        });
    }

    [Test]
    public async Task A_failure_while_the_key_is_made_leaves_nothing_and_lets_go_of_the_lock()
    {
        Assert.That(
            async () => await Store(Database).AddMissingAsync(_ => throw new InvalidOperationException("no entropy"), Now, Cancellation),
            Throws.InvalidOperationException);

        Assert.That(await Store(Database).AddMissingAsync(_ => [Key(Now)], Now, Cancellation), Has.Count.EqualTo(1));
    }

    private static SigningKey Key(DateTimeOffset from) => new()
    {
        KeyId = Convert.ToHexStringLower(Given.Hash()),
        Algorithm = "ES256",
        WrappedPrivateKey = Given.Hash(),
        CreatedAt = from,
        NotBefore = from,
        SignUntil = from.AddDays(90),
        PublishUntil = from.AddDays(104),
    };

    private static SigningKeyStore Store(HubDatabase database) => new(database);

    private async Task<IEnumerable<string>> ListAsync(DateTimeOffset now) =>
        (await Store(Database).ListPublishedAsync(now, Cancellation)).Select(key => key.KeyId);
}
