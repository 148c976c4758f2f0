using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>An account as an application describes it; each value is valid by itself.</summary>
/// <param name="CustomData">One JSON object as text, without attributes that the configuration defines; null for none.</param>
/// <param name="Attributes">Those.</param>
internal sealed record NewAccount(
    Guid UserId, string Email, string GivenName, string FamilyName, string Password, string? PhoneNumber, string? CustomData,
    IReadOnlyList<AttributeChange> Attributes)
{
    public override string ToString() => $"{nameof(NewAccount)} {{ UserId = {UserId} }}";
}

/// <summary>What came of it: the token, or what another user has already.</summary>
internal sealed record SignedUp(TokenResponse? Tokens, AccountConflicts? Conflicts);

/// <summary>An application makes an account, which is signed in at once.</summary>
internal sealed class AccountSignUp(ClientAccountStore accounts, NewPasswords passwords, BuiltInClientTokens tokens, AuditTrail audit)
{
    public async Task<Outcome<SignedUp>> HandleAsync(NewAccount account, RequestContext context, CancellationToken cancellationToken)
    {
        // The contract tells what is taken; so it costs no hash.
        if (await accounts.FindConflictsAsync(account.UserId, account.Email, account.PhoneNumber, isNew: true, cancellationToken) is
            { Any: true } known)
            return new SignedUp(null, known);
        var hash = await passwords.HashAsync(account.Password);
        if (!hash.Succeeded)
            return hash.Error;

        // The user name is the id: the address may change, and logs in by itself.
        var user = new User
        {
            Id = account.UserId,
            UserName = account.UserId.ToString(),
            Email = account.Email,
            PhoneNumber = account.PhoneNumber,
            GivenName = account.GivenName,
            FamilyName = account.FamilyName,
            PasswordHash = hash.Value,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            CreatedAt = context.Now,
        };
        var enrolled = NewPasswords.Enrolled(user, context);
        if (await tokens.RefusalOfAsync(enrolled, BuiltInClients.ClientAccounts, context, cancellationToken) is { } refusal)
            return refusal;
        var created = await accounts.TryCreateAsync(user, account.CustomData, account.Attributes, cancellationToken);
        if (created.TakenAttribute is { } taken)
            return AccountRefusals.AttributeTaken(taken);
        if (!created.IsCreated)
            return await LostRaceAsync(account, cancellationToken);

        await audit.WriteAsync(context, AuditTypes.UserCreated, user.Id);
        var issued = await tokens.IssueAsync(enrolled, BuiltInClients.ClientAccounts, [], context, cancellationToken);
        return issued.Succeeded ? new SignedUp(issued.Value, null) : issued.Error;
    }

    private async Task<Outcome<SignedUp>> LostRaceAsync(NewAccount account, CancellationToken cancellationToken)
    {
        var conflicts = await accounts.FindConflictsAsync(
            account.UserId, account.Email, account.PhoneNumber, isNew: true, cancellationToken);

        // No conflict is left when the owner of the value has just given it up.
        return conflicts.Any
            ? new SignedUp(null, conflicts)
            : Refusal.TemporarilyUnavailable(
                Reasons.AccountRaced, "another account with the same id, address or number came and went", TimeSpan.FromSeconds(1));
    }
}
