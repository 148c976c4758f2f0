using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Ui.ControlRoom.SignIn;

/// <summary>
/// The second factor in the control room. Who has one, be it an app or a passkey, proves it, and so does who must have one. A remembered
/// browser does not stand for it. This holds at each request, for the factors and the requirements of that moment: another login in the
/// same browser, by the password alone, does not do.
/// </summary>
internal sealed class FactorProof(MfaRequirement requirement, SecondFactorLogin factors)
{
    /// <summary>True where the login of the session has proven what its user must prove.</summary>
    /// <remarks>It costs statements only where the login had one factor, and the user has no authenticator app.</remarks>
    public async ValueTask<bool> IsInAsync(StoredBrowserSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (session.HasRememberedFactor)
            return false;
        if (AuthenticationContext.LevelOf(session.AuthenticationMethods) > 1)
            return true;
        if (session.HasSecondFactor)
            return false;
        var from = await requirement.RequiredFromAsync(
            session.UserId, session.OrganizationId, BuiltInClients.ControlRoom, cancellationToken);
        return !(from <= now) && (await factors.NamesOfAsync(session.UserId, cancellationToken)).Count == 0;
    }

    /// <summary>
    /// The rule for logins to the control room: a passkey, which elsewhere takes the place of the password, is asked for after it here.
    /// </summary>
    public async ValueTask<bool> AsksAsync(AuthenticatedUser user, RequestContext context, CancellationToken cancellationToken) =>
        context.ClientId == BuiltInClients.ControlRoom
        && AuthenticationContext.LevelOf(user.Methods) == 1
        && (await factors.NamesOfAsync(user.UserId, cancellationToken)).Count > 0;
}
