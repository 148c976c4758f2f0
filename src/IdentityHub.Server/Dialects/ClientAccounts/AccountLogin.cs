using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.UserAttributes;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>An account that has just been signed in.</summary>
/// <param name="Attributes">Those that the application may read, with their values.</param>
internal sealed record LoggedInAccount(
    TokenResponse Tokens, StoredClientAccount Account, IReadOnlyList<KeyValuePair<string, object>> Attributes);

/// <summary>An application signs one of its accounts in.</summary>
internal sealed class AccountLogin(
    PasswordCheck passwords, ClientAccountStore accounts, UserAttributeStore attributes, BuiltInClientTokens tokens,
    ClientRegistry registry)
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
        if (!issued.Succeeded)
            return issued.Error;
        return new LoggedInAccount(issued.Value, account, await ReadAttributesAsync(account.UserId, cancellationToken));
    }

    private async Task<IReadOnlyList<KeyValuePair<string, object>>> ReadAttributesAsync(Guid userId, CancellationToken cancellationToken)
    {
        var schema = registry.Current.Attributes;
        return schema.All.Any(attribute => attribute.ReadableBy.Contains(AttributeParty.Application))
            ? schema.Of(await attributes.FindAsync(userId, cancellationToken), AttributeParty.Application)
            : [];
    }
}
