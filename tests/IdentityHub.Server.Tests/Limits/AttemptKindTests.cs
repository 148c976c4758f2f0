using System.Reflection;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Counters;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Limits;

/// <summary>No kind of guess escapes an administrator who blocks, unblocks or looks, and none escapes an erasure.</summary>
public class AttemptKindTests
{
    private static readonly Dictionary<string, string> NotOfAccounts = new()
    {
        [nameof(AttemptKind.ServicePassword)] = "counted with Password",
        [nameof(AttemptKind.ClientSecret)] = "of a client",
        [nameof(AttemptKind.ApiKey)] = "of an API key",
        [nameof(AttemptKind.Passkey)] = "of a credential: no signature is guessed, and none counts against the user",
        [nameof(AttemptKind.UserCode)] = "of a device; the user who types it has signed in",
    };

    [Test]
    public void Each_kind_is_one_of_accounts_or_has_a_reason() =>
        Assert.That(
            Kinds()
                .Where(kind => AttemptKind.OfAccounts.Contains(kind.Value) == NotOfAccounts.ContainsKey(kind.Key))
                .Select(kind => kind.Key),
            Is.Empty);

    [Test]
    public void A_reason_belongs_to_a_kind() => Assert.That(NotOfAccounts.Keys.Except(Kinds().Keys), Is.Empty);

    [Test]
    public void The_command_line_knows_those_of_accounts() =>
        Assert.That(LimitNames.GuessesAtAccounts, Is.EqualTo(AttemptKind.OfAccounts.Select(kind => kind.Name)));

    private static Dictionary<string, AttemptKind> Kinds() =>
        typeof(AttemptKind).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(AttemptKind))
            .ToDictionary(field => field.Name, field => (AttemptKind)field.GetValue(null)!);
}
