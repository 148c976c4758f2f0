using IdentityHub.Cli.Changes;
using IdentityHub.Storage;
using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.Cli.Users;

/// <summary>Makes a user with roles, in one transaction with its audit row.</summary>
internal sealed class UserCreation(HubDatabase database, IPasswordHasher<User> hasher, TimeProvider time)
{
    private const string AttributePrefix = "attributes.";

    private static readonly IReadOnlyList<string> Raced =
        ["Another user was given the id, user name, e-mail address, phone number or a unique attribute at this moment."];

    /// <param name="attributes">Found to be possible.</param>
    /// <returns>Why the user was not made, a sentence each; empty when it was.</returns>
    public async Task<IReadOnlyList<string>> CreateAsync(
        NewUser wanted, IReadOnlyList<AttributeChange> attributes, string password, CancellationToken cancellationToken)
    {
        List<string> faults = [.. wanted.Faults(), .. PasswordFaults(wanted.UserName, password)];
        var user = wanted.ToUser(time.GetUtcNow());
        user.PasswordHash = faults.Count == 0 ? hasher.HashPassword(user, password) : null;
        user.SecurityStamp = Guid.NewGuid().ToString("N");
        user.LockoutEnabled = true;
        try
        {
            return await database.RunAsync(
                async transaction =>
                {
                    var made = await AccountCreation.TryCreateAsync(transaction, user, wanted.Roles, attributes, cancellationToken);
                    if (faults.Count + made.Faults.Count > 0)
                        return (IReadOnlyList<string>)[.. faults, .. made.Faults.Select(SentenceOf)];
                    await AuditedChange.WriteAsync(
                        transaction, "user.created", user.Id, null, "made by hub users create", cancellationToken);
                    await transaction.CommitAsync(cancellationToken);
                    return [];
                },
                cancellationToken);
        }
        catch (Exception failure) when (database.IsUniqueViolation(failure))
        {
            return Raced;
        }
    }

    private static IEnumerable<string> PasswordFaults(string userName, string password)
    {
        if (UserPolicy.FaultOf(password, userName) is { } fault)
            yield return $"The password {UserPolicy.Describe(fault)}.";
    }

    private static string SentenceOf(CreationFault fault) => fault.Kind switch
    {
        CreationFaultKind.Taken when fault.Field.StartsWith(AttributePrefix, StringComparison.Ordinal) =>
            $"The value '{fault.Value}' of the attribute '{fault.Field[AttributePrefix.Length..]}' belongs to another user.",
        CreationFaultKind.Taken => $"The {NounOf(fault.Field)} '{fault.Value}' belongs to another user.",
        CreationFaultKind.UnknownOrganization =>
            $"There is no organization '{fault.Value}'; organizations are defined in the configuration files (hub config apply).",
        CreationFaultKind.UnknownRole =>
            $"There is no role '{fault.Value}'; roles are defined in the configuration files (hub config apply).",
        _ => $"The role '{fault.Value}' is held in an organization: name one with --organization.",
    };

    private static string NounOf(string field) => field switch
    {
        "id" => "id",
        "user_name" => "user name",
        "email" => "e-mail address",
        _ => "phone number",
    };
}
