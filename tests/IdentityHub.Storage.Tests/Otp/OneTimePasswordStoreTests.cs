using IdentityHub.Storage.CleanUp;
using IdentityHub.Storage.Otp;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Otp;

[Spec("contracts/oauth-v2-and-otp.md", "POST /otp/send")]
public class OneTimePasswordStoreTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private OneTimePasswordStore Passwords => new(Database);

    private async Task<OneTimePasswordUse> UseAsync(OneTimePassword password) =>
        (await Passwords.UseAsync(
                password.SlotHash, password.Id, Guid.NewGuid(), "NOBODY@EXAMPLE.COM", null, Now, static (_, _, _) => Task.CompletedTask,
                Cancellation)
        ).Use;

    [Test]
    public async Task A_newer_code_takes_the_place_of_the_older_and_begins_with_no_try()
    {
        var older = await PutAsync();
        await Passwords.TryAsync(older.SlotHash, Now, Cancellation);
        var newer = await PutAsync(older.SlotHash);

        var tried = await Passwords.TryAsync(older.SlotHash, Now, Cancellation);

        Assert.That((tried!.Id, tried.CodeHash), Is.EqualTo((newer.Id, newer.CodeHash)));
        Assert.That(await UseAsync(older), Is.EqualTo(OneTimePasswordUse.Lost));
        await using var context = NewContext();
        Assert.That((await context.OneTimePasswords.SingleAsync()).Tries, Is.EqualTo(1));
    }

    [Test]
    public async Task A_code_is_tried_five_times_at_most_and_never_after_its_time()
    {
        var (tried, old) = (await PutAsync(), await PutAsync());
        var tries = new List<TriedOneTimePassword?>();
        for (var i = 0; i < 6; i++)
            tries.Add(await Passwords.TryAsync(tried.SlotHash, Now, Cancellation));

        Assert.That(tries.Select(one => one is not null), Is.EqualTo([true, true, true, true, true, false]));
        Assert.That(await Passwords.TryAsync(old.SlotHash, old.ExpiresAt, Cancellation), Is.Null);
        Assert.That(await Passwords.TryAsync(Given.Hash(), Now, Cancellation), Is.Null);
    }

    [Test]
    [Spec("ASSURANCE", "R5")]
    public async Task R5_Of_parallel_uses_of_one_code_one_succeeds()
    {
        var password = await PutAsync();
        var rendezvous = new Rendezvous(8).At(Database, statement => statement == "BEGIN");

        var uses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => UseAsync(password)));

        Assert.That(rendezvous.Met, Is.True);
        Assert.That(uses.Count(use => use == OneTimePasswordUse.Used), Is.EqualTo(1));
        Assert.That(await Passwords.TryAsync(password.SlotHash, Now, Cancellation), Is.Null, "used up");
    }

    [Test]
    public async Task A_use_that_begins_a_user_stores_both_or_neither()
    {
        var taken = await Given.StoredUserAsync(user => user.Email = "taken@example.com");
        var (first, second) = (await PutAsync(), await PutAsync());

        var used = await Passwords.UseAsync(
            first.SlotHash, first.Id, Given.User(user => user.Email = "new@example.com"), Now, Cancellation);
        var refused = await Passwords.UseAsync(
            second.SlotHash, second.Id, Given.User(user => user.Email = "TAKEN@example.com"), Now, Cancellation);

        Assert.That((used, refused), Is.EqualTo((OneTimePasswordUse.Used, OneTimePasswordUse.UserExists)));
        Assert.That(await Passwords.TryAsync(second.SlotHash, Now, Cancellation), Is.Not.Null, "still good");
        await using var context = NewContext();
        Assert.That(await context.Users.Select(user => user.Email).ToListAsync(), Is.EquivalentTo([taken.Email, "new@example.com"]));
    }

    [Test]
    public async Task Rows_go_when_their_time_is_over_used_or_not()
    {
        var used = await PutAsync();
        await PutAsync();
        await UseAsync(used);
        var rows = new ExpiredRows(Database);

        Assert.That(await rows.DeleteBatchAsync(Now, Now.AddDays(-1), Cancellation), Is.Zero, "a replay is still seen");
        Assert.That(
            await rows.DeleteBatchAsync(used.ExpiresAt + ExpiredRows.Margin + TimeSpan.FromSeconds(1), Now.AddDays(-1), Cancellation),
            Is.EqualTo(2));
    }

    private async Task<OneTimePassword> PutAsync(byte[]? slot = null)
    {
        var password = new OneTimePassword
        {
            SlotHash = slot ?? Given.Hash(),
            Id = Guid.CreateVersion7(),
            CodeHash = Given.Hash(),
            CreatedAt = Now,
            ExpiresAt = Now.AddMinutes(10),
        };
        await using var transaction = await Database.BeginAsync(Cancellation);
        await OneTimePasswordStore.PutAsync(transaction, password, Cancellation);
        await transaction.CommitAsync(Cancellation);
        return password;
    }
}
