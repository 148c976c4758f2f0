using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Authentication;

/// <summary>What becomes of a login whose user has proven who they are.</summary>
internal abstract record LoginDecision
{
    private LoginDecision()
    {
    }

    /// <summary>A session may start, and tokens may be issued.</summary>
    internal sealed record Issue(AdmittedLogin Login) : LoginDecision;

    /// <summary>One more factor must be proven first.</summary>
    internal sealed record AskSecondFactor : LoginDecision;

    /// <summary>The user must have a second factor, and has none.</summary>
    /// <param name="Skipped">The login of a user who puts the set-up off; null when that is not allowed any more.</param>
    internal sealed record EnrolSecondFactor(AdmittedLogin? Skipped) : LoginDecision;

    /// <summary>Nothing starts.</summary>
    internal sealed record Refuse(Refusal Error) : LoginDecision;
}

/// <summary>Says whether a login needs one more factor than it was made with.</summary>
internal delegate ValueTask<bool> SecondFactorRule(AuthenticatedUser user, RequestContext context, CancellationToken cancellationToken);

/// <summary>
/// Decides about every login, whichever factor it was made with and whichever endpoint it came through. Sessions start with an
/// <see cref="AdmittedLogin"/> only, and nothing else makes one.
/// </summary>
internal sealed class LoginPolicy(IEnumerable<SecondFactorRule> rules, MfaRequirement requirement)
{
    private readonly SecondFactorRule[] _rules = [.. rules];

    /// <summary>A user who has a second factor proves it at each login, unless the browser stands for it.</summary>
    public static ValueTask<bool> AsksWhoHasOne(AuthenticatedUser user, RequestContext context, CancellationToken cancellationToken) =>
        new(user is { HasSecondFactor: true, IsRemembered: false } && AuthenticationContext.LevelOf(user.Methods) == 1);

    /// <summary>Decides. It costs no database statement, unless a role requires a second factor.</summary>
    public async ValueTask<LoginDecision> DecideAsync(AuthenticatedUser user, RequestContext context, CancellationToken cancellationToken)
    {
        // Factors refuse such users themselves, because the failures before are not forgiven then. This holds for a factor that forgets to.
        if (user.Status.GetDenialReason(context.Now) is { } reason)
            return new LoginDecision.Refuse(Refusal.InvalidCredentials(reason, "the user has proven who they are, but is not admitted"));
        foreach (var rule in _rules)
        {
            if (await rule(user, context, cancellationToken))
                return new LoginDecision.AskSecondFactor();
        }

        return user is { HasSecondFactor: false, IsRemembered: false }
            && AuthenticationContext.LevelOf(user.Methods) == 1
            && await requirement.RequiredFromAsync(user, context, cancellationToken) is { } from
            ? new LoginDecision.EnrolSecondFactor(context.Now < from ? Admit(user) : null)
            : new LoginDecision.Issue(Admit(user));
    }

    /// <summary>The decision for an endpoint that cannot ask for a second factor: it refuses.</summary>
    /// <param name="waivesSecondFactor">True where the configuration of the client lets its users do without.</param>
    public async ValueTask<Outcome<AdmittedLogin>> AdmitAsync(
        AuthenticatedUser user, RequestContext context, CancellationToken cancellationToken, bool waivesSecondFactor = false) =>
        await DecideAsync(user, context, cancellationToken) switch
        {
            LoginDecision.Issue { Login: var login } => login,
            LoginDecision.Refuse { Error: var error } => error,
            LoginDecision.EnrolSecondFactor { Skipped: { } login } => login,
            _ => waivesSecondFactor ? Admit(user) : SecondFactorRequired(),
        };

    private static AdmittedLogin Admit(AuthenticatedUser user) =>
        AdmittedLogin.ByPolicy(user.UserId, user.OrganizationId, user.SecurityStamp, user.Methods, user.AuthenticatedAt, user.IsRemembered);

    // The caller has proven the first factor, so the error tells nothing about other users.
    // Endpoints translate it as they do wrong credentials.
    private static Refusal SecondFactorRequired() =>
        Refusal.InvalidCredentials(Reasons.MfaRequired, "the user needs a second factor, and the endpoint cannot ask for it") with
        {
            Description = "A second factor is required. Log in at the login page.",
            PublicReason = Reasons.MfaRequired,
        };
}
