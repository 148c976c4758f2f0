using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Replay;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Authentication.SecondFactors;

/// <summary>The second step of a login: what the user can prove, and the login that both proofs make together.</summary>
internal sealed class SecondFactorLogin(IEnumerable<ISecondFactor> factors, UserDirectory users, UsedIdentifierStore used)
{
    private readonly ISecondFactor[] _factors = [.. factors];

    /// <summary>Names of the factors that the user has, in the order in which they are offered.</summary>
    public async Task<IReadOnlyList<string>> NamesOfAsync(Guid userId, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        foreach (var factor in _factors)
        {
            if (await factor.HasAsync(userId, cancellationToken))
                names.Add(factor.Name);
        }

        return names;
    }

    /// <summary>Completes a login by a second factor.</summary>
    /// <param name="pending">In the browser that it was begun in, and not too old.</param>
    /// <param name="factor">Name of the factor.</param>
    /// <returns>
    /// Refused: a wrong proof; a user who is not admitted any more; credentials that have changed meanwhile; a login that was completed
    /// before.
    /// </returns>
    public async Task<Outcome<AuthenticatedUser>> CompleteAsync(
        PendingLogin pending, string factor, string proof, RequestContext context, CancellationToken cancellationToken)
    {
        var user = await FindUserAsync(pending, context, cancellationToken);
        if (!user.Succeeded)
            return user.Error;
        var proven = await CheckAsync(user.Value.UserId, factor, proof, context, cancellationToken);
        return proven.Succeeded ? await CompleteAsync(pending, user.Value, proven.Value, context, cancellationToken) : proven.Error;
    }

    /// <summary>Completes a login whose user has just set up a second factor, or has put that off.</summary>
    /// <param name="proven">What the set-up has proven; null when it was put off, which the policy allows or not.</param>
    public async Task<Outcome<AuthenticatedUser>> CompleteAsync(
        PendingLogin pending, ProvenFactor? proven, RequestContext context, CancellationToken cancellationToken)
    {
        var user = await FindUserAsync(pending, context, cancellationToken);
        return user.Succeeded ? await CompleteAsync(pending, user.Value, proven, context, cancellationToken) : user.Error;
    }

    /// <summary>The user of a login that waits, read anew.</summary>
    /// <returns>Refused when the credentials have changed since, or the user is not admitted any more.</returns>
    public async Task<Outcome<StoredCredential>> FindUserAsync(
        PendingLogin pending, RequestContext context, CancellationToken cancellationToken)
    {
        if (await users.FindCredentialAsync(pending.UserId, cancellationToken) is not { } user
            || user.SecurityStamp != pending.SecurityStamp)
            return Refusal.InvalidCredentials(Reasons.CredentialChanged, "the user's credentials were changed since the first factor");
        return user.Status.GetDenialReason(context.Now) is { } denied
            ? Refusal.InvalidCredentials(denied, "the first factor was right, but the user is not admitted")
            : user;
    }

    // Last, because it changes state. The proof of the second factor is used up by now, so a user whose login is refused here begins again.
    private async Task<Outcome<AuthenticatedUser>> CompleteAsync(
        PendingLogin pending, StoredCredential user, ProvenFactor? proven, RequestContext context, CancellationToken cancellationToken) =>
        await used.TryUseAsync(HashOf(pending), pending.At, pending.At + PendingLogin.Lifetime, cancellationToken)
            ? AuthenticatedUser.ByFactor(
                user, proven is null ? pending.Methods : MethodsOf(pending.Methods, proven), proven is null ? pending.At : context.Now)
            : Refusal.InvalidCredentials(Reasons.SecondFactorLapsed, "this login was completed before");

    /// <summary>The same at an endpoint that takes both proofs in one request.</summary>
    /// <param name="first">The user that the first factor has authenticated.</param>
    public async Task<Outcome<AuthenticatedUser>> CompleteAsync(
        AuthenticatedUser first, string factor, string proof, RequestContext context, CancellationToken cancellationToken)
    {
        var proven = await CheckAsync(first.UserId, factor, proof, context, cancellationToken);
        return proven.Succeeded ? first.WithFactors(MethodsOf(first.Methods, proven.Value)) : proven.Error;
    }

    private async Task<Outcome<ProvenFactor>> CheckAsync(
        Guid userId, string factor, string proof, RequestContext context, CancellationToken cancellationToken) =>
        _factors.FirstOrDefault(known => known.Name == factor) is { } chosen
            ? await chosen.CheckAsync(userId, proof, context, cancellationToken)
            : Refusal.InvalidRequest("There is no such second factor.", Reasons.SecondFactorUnknown);

    private static string MethodsOf(string first, ProvenFactor second) =>
        string.Join(
            ' ', first.Split(' ').Concat(second.Methods.Split(' ')).Append(AuthenticationContext.SeveralFactors).Distinct());

    private static byte[] HashOf(PendingLogin pending) => SHA256.HashData(Encoding.UTF8.GetBytes($"pending-login:{pending.Id:N}"));
}
