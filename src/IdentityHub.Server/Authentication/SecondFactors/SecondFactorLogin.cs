using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
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
        if (await users.FindCredentialAsync(pending.UserId, cancellationToken) is not { } user
            || user.SecurityStamp != pending.SecurityStamp)
            return Refusal.InvalidCredentials(Reasons.CredentialChanged, "the user's credentials were changed since the first factor");
        if (user.Status.GetDenialReason(context.Now) is { } denied)
            return Refusal.InvalidCredentials(denied, "the first factor was right, but the user is not admitted");
        var proven = await CheckAsync(user.UserId, factor, proof, context, cancellationToken);
        if (!proven.Succeeded)
            return proven.Error;

        // Last, because it changes state. The proof of the second factor is used up by now, so the user begins again.
        return await used.TryUseAsync(HashOf(pending), pending.At + PendingLogin.Lifetime, cancellationToken)
            ? AuthenticatedUser.ByFactor(user, MethodsOf(pending.Methods, proven.Value), context.Now)
            : Refusal.InvalidCredentials(Reasons.SecondFactorLapsed, "this login was completed before");
    }

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
