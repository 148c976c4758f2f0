using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.ClientAccounts;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>An account that has just been signed in.</summary>
internal sealed record LoggedInAccount(TokenResponse Tokens, StoredClientAccount Account);

/// <summary>An application signs one of its accounts in.</summary>
internal sealed class AccountLogin(PasswordCheck passwords, ClientAccountStore accounts, BuiltInClientTokens tokens)
{
    public async Task<Outcome<LoggedInAccount>> HandleAsync(
        string email, string password, RequestContext context, CancellationToken cancellationToken)
    {
        context.GrantType = GrantTypes.Password;
        var user = await passwords.CheckAsync(email, password, context, cancellationToken);
        if (!user.Succeeded)
            return user.Error;

        // The application does not learn of users of other endpoints, even when the password is correct.
        if (await accounts.FindAsync(user.Value.UserId, cancellationToken) is not { } account)
            return Refusal.InvalidCredentials(Reasons.NotAClientAccount, "right password, but the user is no client account");
        var issued = await tokens.IssueAsync(user.Value, BuiltInClients.ClientAccounts, [], context, cancellationToken);
        return issued.Succeeded ? new LoggedInAccount(issued.Value, account) : issued.Error;
    }
}
