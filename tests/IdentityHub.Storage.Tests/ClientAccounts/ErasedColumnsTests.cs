using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.Sqlite;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.ClientAccounts;

/// <summary>No column escapes the erasure of an account unnoticed: it is erased, or this list says why it is not.</summary>
public class ErasedColumnsTests
{
    private static readonly Dictionary<string, string> Kept = new()
    {
        ["audit_events.user_id"] = "the id says nothing about the person any more; addresses and details of the row are erased",
        ["client_accounts.user_id"] = "the tombstone",
        ["referrals.referred_id"] = "users of tenants have no client account",
        ["referrals.referrer_id"] = "users of tenants have no client account",
        ["sessions.effective_user_id"] = "the session of another user; the id says nothing about the person any more",
        ["users.created_at"] = "says nothing about the person",
        ["users.id"] = "the tombstone, so that no id is given out twice",
        ["users.lockout_enabled"] = "the same for each user",
    };

    [Test]
    public void Each_column_that_refers_to_a_user_or_describes_one_is_erased_or_has_a_reason() =>
        Assert.That(Unaccounted(AccountErasureStore.Statements), Is.Empty, "neither erased nor listed with a reason");

    [Test]
    public void A_reason_belongs_to_a_column_that_is_not_erased() =>
        Assert.That(Kept.Keys.Where(column => !Columns().Contains(column) || IsErased(column, AccountErasureStore.Statements)), Is.Empty);

    [TestCase("DELETE FROM consents WHERE user_id = $1", "consents.user_id")]
    [TestCase("DELETE FROM user_passkeys WHERE user_id = $1", "user_passkeys.user_id")]
    public void A_statement_that_is_forgotten_is_found(string forgotten, string column) =>
        Assert.That(Unaccounted([.. AccountErasureStore.Statements.Except([forgotten])]), Is.EqualTo([column]));

    [Test]
    public void A_column_of_users_that_is_forgotten_is_found() =>
        Assert.That(
            Unaccounted([
                .. AccountErasureStore.Statements.Select(statement => statement.Replace("postal_code = ", "", StringComparison.Ordinal))
            ]),
            Is.EqualTo(["users.postal_code"]));

    private static IEnumerable<string> Unaccounted(IReadOnlyList<string> statements) =>
        Columns().Where(column => !IsErased(column, statements) && !Kept.ContainsKey(column));

    private static bool IsErased(string column, IReadOnlyList<string> statements)
    {
        var (table, name) = (column.Split('.')[0], column.Split('.')[1]);
        return statements.Any(statement => table == "users"
            ? statement.StartsWith("UPDATE users SET ", StringComparison.Ordinal)
                && statement.Split("WHERE")[0].Contains($" {name} = ", StringComparison.Ordinal)
            : statement == $"DELETE FROM {table} WHERE {name} = $1");
    }

    // Columns with a foreign key to users, those that hold the id of a user by their name, and every column of users itself.
    private static List<string> Columns()
    {
        using var context = SqliteDatabase.Open("Data Source=:memory:").NewContext();
        return
        [
            .. from entity in context.Model.GetEntityTypes()
               where entity.GetTableName() is not null && !entity.IsMappedToJson()
               from property in entity.GetProperties()
               where entity.ClrType == typeof(User) || RefersToUser(property)
               select $"{entity.GetTableName()}.{property.GetColumnName()}",
        ];
    }

    private static bool RefersToUser(IProperty property) =>
        property.GetContainingForeignKeys().Any(key => key.PrincipalEntityType.ClrType == typeof(User))
        || (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) == typeof(Guid)
            && (property.Name.EndsWith("UserId", StringComparison.Ordinal) || property.Name is "ReferrerId" or "ReferredId");
}
