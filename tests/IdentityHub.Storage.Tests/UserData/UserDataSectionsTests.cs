using IdentityHub.Storage.Sqlite;
using IdentityHub.Storage.UserData;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.UserData;

/// <summary>Nothing that is stored of a user is left out of their download unnoticed: it is in it, or a list says why it is not.</summary>
public class UserDataSectionsTests
{
    private static readonly Dictionary<string, string> OtherTables = new()
    {
        ["audit_events"] = "read page by page",
        ["idempotency_keys"] = "answers to an administrator, encrypted, for a day",
        ["user_passkeys"] = "read by the store of passkeys: one JSON value",
        ["user_tokens"] = "secrets of other systems; nothing is written there",
    };

    private static readonly Dictionary<string, string> OtherColumns = new()
    {
        ["id"] = "the member user_id of the whole",
        ["password_hash"] = "a secret",
        ["security_stamp"] = "a secret",
        ["concurrency_stamp"] = "says nothing about the person",
        ["client_verifier"] = "a secret",
        ["client_verifier_stamp"] = "a secret",
        ["normalized_user_name"] = "user_name once more",
        ["normalized_email"] = "email once more",
        ["hash_login_disabled"] = "a setting of the administrator",
        ["lockout_enabled"] = "the same for each user",
        ["access_failed_count"] = "not used: counts are rows of their own, stored under hashes",
    };

    [Test]
    public void Each_table_that_refers_to_a_user_is_part_of_the_download_or_has_a_reason()
    {
        using var context = SqliteDatabase.Open("Data Source=:memory:").NewContext();
        var tables = context.Model.GetEntityTypes()
            .Where(entity => entity.GetTableName() is not null && !entity.IsMappedToJson())
            .Where(entity => entity.ClrType == typeof(User) || entity.GetProperties().Any(property =>
                property.Name is "UserId" or "ReferrerId"
                || property.GetContainingForeignKeys().Any(key => key.PrincipalEntityType.ClrType == typeof(User))))
            .Select(entity => entity.GetTableName()!);

        Assert.That(tables.Except(OtherTables.Keys), Is.EquivalentTo(UserDataSections.All.Select(section => section.Table)));
    }

    [Test]
    public void Each_column_of_users_is_part_of_the_download_or_has_a_reason()
    {
        using var context = SqliteDatabase.Open("Data Source=:memory:").NewContext();
        var columns = context.Model.FindEntityType(typeof(User))!.GetProperties().Select(property => property.GetColumnName());
        var given = UserDataSections.All.Single(section => section.Table == "users").Columns
            .Select(column => (column.Expression ?? column.Name).Split(' ')[0]);

        Assert.That(columns.Except(OtherColumns.Keys).Append("password_hash"), Is.EquivalentTo(given));
    }
}
