using System.Globalization;

namespace IdentityHub.Server.Limits;

/// <summary>One count of an endpoint.</summary>
/// <param name="Rule">How many calls one window has.</param>
/// <param name="Whose">Who shares a count, as the end of "300 calls a minute for": <c>each credential</c>.</param>
internal sealed record CountedCalls(CallRule Rule, string Whose)
{
    /// <summary>True where the IP address is counted, of callers who have proven nothing.</summary>
    public bool IsOfAddress { get; init; }
}

/// <summary>What limits the calls of an endpoint. The documentation of the endpoint is made from it.</summary>
/// <param name="Counts">None: calls are not counted.</param>
/// <param name="Remark">What else is to be known, a sentence or more; null for nothing.</param>
internal sealed record EndpointLimit(IReadOnlyList<CountedCalls> Counts, string? Remark = null)
{
    /// <summary>False where the endpoint does not have the limit that all others have.</summary>
    public bool IsOrdinary { get; init; }
}

/// <summary>
/// How many calls each endpoint answers, the one table of all of them: 300 a minute for each credential at each endpoint, and the
/// deviations. Endpoints count by these rules and describe themselves with these limits.
/// </summary>
internal static class EndpointLimits
{
    private const string User = "each user";
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    /// <summary>The rule that holds where no other is declared.</summary>
    public static CallRule OrdinaryRule { get; } = new(300, TimeSpan.FromMinutes(1)) { TimesSetting = 1 };

    /// <summary>
    /// Calls that end sessions, and blocks of users: after an incident an integrated system ends those of a thousand users at once.
    /// </summary>
    public static CallRule Endings { get; } = new(3000, TimeSpan.FromMinutes(1)) { TimesSetting = 10 };

    /// <summary>Calls of the administration API and of directories; no setting changes it.</summary>
    public static CallRule AdministrationRule { get; } = new(300, TimeSpan.FromMinutes(1));

    /// <summary>Clones of a session for one user: each is a row that lives for half a day.</summary>
    public static CallRule Clones { get; } = new(300, TenMinutes);

    /// <summary>Resets of a password by token from one address: each may cost a hash.</summary>
    public static CallRule Resets { get; } = new(60, TenMinutes);

    /// <summary>Reset mails asked for from one address. ASSURANCE B6.</summary>
    public static CallRule ResetMails { get; } = new(30, TenMinutes);

    /// <summary>Reset mails asked for one user: no mailbox is flooded. ASSURANCE B6.</summary>
    public static CallRule ResetMailsOfUser { get; } = new(5, TimeSpan.FromHours(1));

    /// <summary>Calls with tokens of one tenant's user.</summary>
    public static CallRule TenantUserRule { get; } = new(120, TimeSpan.FromMinutes(1));

    /// <summary>300 calls a minute for each credential.</summary>
    public static EndpointLimit Ordinary { get; } = new(ForCredential(OrdinaryRule)) { IsOrdinary = true };

    /// <summary>Each call of the administration API.</summary>
    public static EndpointLimit Administration { get; } = new(ForCredential(AdministrationRule)) { IsOrdinary = true };

    /// <summary>The same where callers have no credential yet: logins.</summary>
    public static EndpointLimit Login { get; } = new(
        [ForAddress(OrdinaryRule, " until a login has succeeded"), new(OrdinaryRule, "each user who has logged in")])
    {
        IsOrdinary = true,
    };

    /// <summary>
    /// <c>DELETE /session/{sessionId}</c>, <c>DELETE /session/user/{userId}</c>, <c>PUT /authenticate/block/{username}</c>.
    /// </summary>
    public static EndpointLimit Ending { get; } = new(ForCredential(Endings));

    /// <summary><c>POST /session/{sessionId}/clone</c>.</summary>
    public static EndpointLimit Clone { get; } = new([.. ForCredential(OrdinaryRule), new(Clones, User)]);

    /// <summary><c>PUT /password/reset</c>.</summary>
    public static EndpointLimit Reset { get; } = new([ForAddress(Resets)]);

    /// <summary><c>POST /password/reset/{userId}</c>.</summary>
    public static EndpointLimit ResetMail { get; } = new([ForAddress(ResetMails), new(ResetMailsOfUser, User)]);

    /// <summary><c>POST /otp/send</c>.</summary>
    public static EndpointLimit OneTimePassword { get; } = new(
        ForCredential(OrdinaryRule),
        "Codes are limited as well: one in 30 seconds and five an hour for each e-mail address or phone number, and as many an hour for "
            + "each client and for each IP address as the installation allows.");

    /// <summary>Open endpoints that need a credential. contracts/open-endpoints.md.</summary>
    public static EndpointLimit Tenant { get; } = new(
        [ForAddress(OrdinaryRule), new(TenantUserRule, "each user who calls with a token")],
        "Calls with the tenant's API key are not limited.");

    /// <summary>Open endpoints for everybody. contracts/open-endpoints.md.</summary>
    public static EndpointLimit TenantPublic { get; } = new(
        [ForAddress(OrdinaryRule)], "Calls with the tenant's API key are not limited.");

    /// <summary>
    /// The standard endpoints: back ends of any size stand behind one client, and browsers of a whole company behind one address.
    /// </summary>
    public static EndpointLimit OnlyGuesses { get; } = new([], "Calls are not counted. Wrong secrets, passwords and codes are.");

    /// <summary>Standard endpoints that keep something for a client without a secret.</summary>
    public static EndpointLimit AnonymousRows { get; } = new(
        [],
        $"Of clients with a secret, calls are not counted; wrong secrets are. Of clients without one: {AnonymousRowLimit.Words}.");

    /// <summary><c>/connect/authorize</c>: what does not fit into an address is kept.</summary>
    public static EndpointLimit LongRequests { get; } = new(
        [],
        string.Create(
            CultureInfo.InvariantCulture,
            $"Calls are not counted. Requests of more than {AnonymousRowLimit.MaxLengthOfAddress:N0} characters are, where the user has "
                + $"still to sign in or to agree: {AnonymousRowLimit.Words}."));

    /// <summary>Documents that every cache may keep.</summary>
    public static EndpointLimit Nothing { get; } = new([], "Calls are not counted.");

    private static CountedCalls[] ForCredential(CallRule rule) => [
        new(rule, "each credential"),
        ForAddress(rule.TimesSetting > 1 ? OrdinaryRule : rule, " until a credential is proven"),
    ];

    private static CountedCalls ForAddress(CallRule rule, string until = "") => new(rule, "each IP address" + until) { IsOfAddress = true };
}
