using IdentityHub.Storage.CleanUp;
using IdentityHub.Storage.Sqlite;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.CleanUp;

/// <summary>No table grows for ever unnoticed: its expired rows are removed, or this list says why they are not.</summary>
public class CleanedTablesTests
{
    private static readonly Dictionary<string, string> Kept = new()
    {
        ["api_key_uses"] = "one row for each name of a key",
        ["api_keys"] = "an administrator makes them",
        ["client_accounts"] = "the row of an erased account is its tombstone",
        ["config_generations"] = "one row for each change of the configuration",
        ["config_objects"] = "the configuration in force",
        ["consents"] = "good until the user withdraws it",
        ["data_protection_keys"] = "the framework needs old keys to read what they have protected",
        ["directory_groups"] = "roles that a directory has taken as groups",
        ["directory_users"] = "data of a user",
        ["installation_marks"] = "a few rows for an installation",
        ["memberships"] = "rights of a user",
        ["organizations"] = "the configuration in force",
        ["referrals"] = "business data of a tenant",
        ["role_claims"] = "the configuration in force",
        ["roles"] = "the configuration in force",
        ["session_clients"] = "the database deletes them with their session",
        ["tenant_users"] = "business data of a tenant",
        ["user_attributes"] = "data of a user",
        ["user_claims"] = "data of a user",
        ["user_imports"] = "one row for each file that was imported",
        ["user_logins"] = "data of a user",
        ["user_passkeys"] = "data of a user",
        ["totp_authenticators"] = "data of a user",
        ["recovery_codes"] = "data of a user; used ones are told from wrong ones",
        ["user_roles"] = "rights of a user",
        ["user_tokens"] = "data of a user",
        ["users"] = "users do not expire",
    };

    [Test]
    public void Each_table_is_cleaned_up_or_has_a_reason() =>
        Assert.That(Unaccounted(ExpiredRows.Tables, Kept.Keys), Is.Empty, "neither cleaned up nor listed with a reason");

    [Test]
    public void A_reason_belongs_to_a_table_that_is_not_cleaned_up() =>
        Assert.That(Kept.Keys.Where(table => ExpiredRows.Tables.Contains(table) || !Tables().Contains(table)), Is.Empty);

    [Test]
    public void A_table_that_is_forgotten_is_found() =>
        Assert.That(Unaccounted(ExpiredRows.Tables.Except(["counters"]), Kept.Keys), Is.EqualTo(["counters"]));

    private static IEnumerable<string> Unaccounted(IEnumerable<string> cleaned, IEnumerable<string> kept) =>
        Tables().Except(cleaned).Except(kept);

    private static List<string> Tables()
    {
        using var context = SqliteDatabase.Open("Data Source=:memory:").NewContext();
        return [.. context.Model.GetEntityTypes().Select(entity => entity.GetTableName()).OfType<string>().Distinct()];
    }
}
