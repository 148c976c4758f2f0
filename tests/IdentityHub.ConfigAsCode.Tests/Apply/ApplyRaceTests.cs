using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Apply;

/// <summary>
/// What somebody else writes between the look-up and the write of an apply. On PostgreSQL both transactions are open at once; SQLite has
/// one writer, so that the apply begins when the other has ended.
/// </summary>
public class ApplyRaceTests(DatabaseKind kind) : ApplyTests(kind)
{
    private static readonly Guid Alice = Guid.Parse("11111111-1111-4111-8111-111111111111");
    private static readonly Guid Bob = Guid.Parse("22222222-2222-4222-8222-222222222222");
    private readonly DatabaseKind _kind = kind;

    private const string TakenMeanwhile =
        "A user of the files, or of an attribute that the files make unique, was changed by somebody else at the same moment. Nothing was "
            + "changed. Apply again: what is in the way then is named.";

    private const string Attribute = "user_attributes: [{ name: badge, type: string, unique: UNIQUE }]";

    private bool HasOneWriter => _kind == DatabaseKind.Sqlite;

    [Test]
    public async Task A_unique_value_that_another_user_gets_meanwhile_is_a_conflict()
    {
        await ApplyAsync(Attribute.Replace("UNIQUE", "false", StringComparison.Ordinal));
        await AddAsync(UserOf(Alice, "alice"), UserOf(Bob, "bob"), ValueOf(Alice, isUnique: false));

        var result = await ApplyWhileAsync(
            Attribute.Replace("UNIQUE", "true", StringComparison.Ordinal), context => context.Add(ValueOf(Bob, isUnique: true)));

        Assert.That(
            result.Refusals,
            Is.EqualTo([
                HasOneWriter
                    ? "The user attribute 'badge' is to be unique, and several users have the same value: change their values first (hub "
                        + "users attributes)."
                    : TakenMeanwhile
            ]));
        Assert.That((await ReadBackAsync()).Document.UserAttributes.Single().Unique, Is.False);
    }

    [TestCase("email: alice@example.com")]
    [TestCase("phone_number: \"+27761234567\"")]
    [TestCase("given_name: Alice")]
    public async Task A_name_or_address_that_another_user_gets_meanwhile_is_a_conflict(string key)
    {
        var rival = UserOf(Bob, key.StartsWith("given", StringComparison.Ordinal) ? "alice" : "bob");
        rival.PhoneNumber = "+27761234567";
        (rival.Email, rival.NormalizedEmail) = ("alice@example.com", "ALICE@EXAMPLE.COM");

        var result = await ApplyWhileAsync(FileOf(key), context => context.Add(rival));

        Assert.That(
            result.Refusals,
            Is.EqualTo([
                HasOneWriter
                    ? $"User 'alice' of the files has the user name, e-mail address or phone number of another user ({Bob}); change one of "
                        + "them."
                    : TakenMeanwhile
            ]));
        await using var after = NewContext();
        Assert.That(after.Users.Select(user => user.Id), Is.EqualTo([Bob]));
        Assert.That(after.ConfigObjects, Is.Empty);
    }

    [Test]
    public async Task An_id_that_another_user_gets_meanwhile_is_a_conflict()
    {
        var result = await ApplyWhileAsync(FileOf("given_name: Alice"), context => context.Add(UserOf(Alice, "bob")));

        Assert.That(result.Refusals, HasOneWriter ? Is.Empty : Is.EqualTo([TakenMeanwhile]));
    }

    [Test]
    public async Task A_user_whose_row_changes_meanwhile_is_a_conflict()
    {
        await ApplyAsync(FileOf("given_name: Alice"));

        var result = await ApplyWhileAsync(
            FileOf("given_name: Alicia"),
            context => context.Users.Single().ConcurrencyStamp = "changed");

        Assert.That(result.Refusals, HasOneWriter ? Is.Empty : Is.EqualTo([TakenMeanwhile]));
        Assert.That((await ApplyAsync(FileOf("given_name: Alicia"))).Refusals, Is.Empty, "the second time nothing is in the way");
        await using var after = NewContext();
        Assert.That((await after.Users.SingleAsync()).GivenName, Is.EqualTo("Alicia"));
    }

    private async Task<ConfigApplyResult> ApplyWhileAsync(string yaml, Action<Storage.HubDbContext> write)
    {
        await using var context = NewContext();
        await using var transaction = await context.Database.BeginTransactionAsync();
        write(context);
        await context.SaveChangesAsync();
        var node = Storage.Open();
        await using (node)
        {
            var applying = Task.Run(() => ApplyAsync(Read(yaml), node: node));
            if (!HasOneWriter)
                await Eventually.TrueAsync(IsWaitingAsync, TimeSpan.FromSeconds(20), "the apply waits for the other transaction");
            await transaction.CommitAsync();
            return await applying;
        }
    }

    private async Task<bool> IsWaitingAsync()
    {
        await using var context = NewContext();
        return await context.Database
            .SqlQueryRaw<int>(
                "SELECT COUNT(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            .SingleAsync() > 0;
    }

    private async Task AddAsync(params object[] rows)
    {
        await using var context = NewContext();
        context.AddRange(rows);
        await context.SaveChangesAsync();
    }

    private static User UserOf(Guid id, string name) => new() { Id = id, UserName = name, NormalizedUserName = name.ToUpperInvariant() };

    private static UserAttributeValue ValueOf(Guid id, bool isUnique) => new()
    {
        UserId = id,
        Name = "badge",
        Value = "77",
        IsUnique = isUnique,
        IsSearchable = false,
    };

    private static string FileOf(string keys) => $"users: [{{ id: {Alice}, user_name: alice, {keys} }}]";
}
