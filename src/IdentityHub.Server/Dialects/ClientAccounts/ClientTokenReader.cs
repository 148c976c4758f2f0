using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.ClientAccounts;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>The account of a path, and the session in which it is looked after.</summary>
internal sealed record HeldAccount(Guid UserId, Guid SessionId);

/// <summary>
/// Compares the header <c>Client-Token</c> with the account of the path: the token must be valid, of this dialect, and that account's.
/// </summary>
internal sealed class ClientTokenReader(AccessTokenReader tokens, ClientAccountStore accounts, ClientRegistry registry)
{
    public const string Header = "Client-Token";

    public async ValueTask<Outcome<HeldAccount>> ReadAsync(
        HttpRequest request, Guid userId, RequestContext context, CancellationToken cancellationToken)
    {
        if (request.Headers[Header] is not [{ Length: > 0 } presented])
            return AccountRefusals.TokenInvalid(Reasons.ClientTokenMissing);
        if (await tokens.ReadAsync(presented.Trim(), cancellationToken) is not { Stored: var token })
            return AccountRefusals.TokenInvalid(Reasons.ClientTokenUnknown);
        if (token.ClientId != BuiltInClients.ClientAccounts
            || token is not { UserId: { } holder, SessionId: { } sessionId }
            || registry.Current.Find(token.ClientId) is not { Enabled: true })
            return AccountRefusals.TokenInvalid(Reasons.ClientTokenOfAnotherEndpoint);
        if (token.Refusal(context.Now) is { } reason)
            return AccountRefusals.TokenInvalid(reason);

        if (await accounts.FindAsync(userId, cancellationToken) is null)
            return AccountRefusals.NotFound;
        return holder == userId ? new HeldAccount(userId, sessionId) : AccountRefusals.OtherAccount;
    }
}
