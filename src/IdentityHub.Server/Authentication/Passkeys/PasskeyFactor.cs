using IdentityHub.Protocol;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Passkeys;

namespace IdentityHub.Server.Authentication.Passkeys;

/// <summary>
/// A passkey as the second step of a login, for users who are asked for one and have a passkey too. A passkey alone asks for no second
/// step: who does not want it does not make one, and a browser without passkeys still signs in with the password.
/// </summary>
internal sealed class PasskeyFactor(PasskeyLogin passkeys, PasskeyStore store) : ISecondFactor
{
    /// <summary>Its <see cref="ISecondFactor.Name"/>.</summary>
    public const string FactorName = "passkey";

    public string Name => FactorName;

    public async ValueTask<bool> HasAsync(Guid userId, CancellationToken cancellationToken) =>
        (await store.OfUserAsync(userId, cancellationToken)).Count > 0;

    public async Task<Outcome<ProvenFactor>> CheckAsync(
        Guid userId, string proof, RequestContext context, CancellationToken cancellationToken)
    {
        var user = await passkeys.CheckSecondAsync(proof, userId, context, cancellationToken);
        if (user.Succeeded)
            return new ProvenFactor(user.Value.Methods);

        // The login goes on waiting: another try, or another factor, may be right.
        return user.Error.Kind == RefusalKind.InvalidCredentials ? user.Error with { Kind = RefusalKind.InvalidRequest } : user.Error;
    }
}
