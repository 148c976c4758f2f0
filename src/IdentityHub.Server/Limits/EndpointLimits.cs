namespace IdentityHub.Server.Limits;

/// <summary>One count of an endpoint.</summary>
/// <param name="Rule">How many calls one window has.</param>
/// <param name="Whose">Who shares a count, as the end of "300 calls a minute for": <c>each credential</c>.</param>
internal sealed record CountedCalls(CallRule Rule, string Whose);

/// <summary>What limits the calls of an endpoint. The documentation of the endpoint is made from it.</summary>
/// <param name="Counts">In the order in which they are asked; none: calls are not counted.</param>
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
    private const string Credential = "each credential; until a credential is proven, for each IP address";
    private const string Address = "each IP address";
    private const string AddressWithoutCredential = "each IP address until a credential is proven";
    private const string User = "each user";
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    /// <summary>The rule that holds where no other is declared.</summary>
    public static CallRule OrdinaryRule { get; } = new(300, TimeSpan.FromMinutes(1)) { FollowsSetting = true };

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
    public static EndpointLimit Ordinary { get; } = new([new(OrdinaryRule, Credential)]) { IsOrdinary = true };

    /// <summary>Each call of the administration API.</summary>
    public static EndpointLimit Administration { get; } = new([new(AdministrationRule, Credential)]) { IsOrdinary = true };

    /// <summary>The same where callers have no credential yet.</summary>
    public static EndpointLimit OrdinaryOfAddress { get; } = new([new(OrdinaryRule, Address)]) { IsOrdinary = true };

    /// <summary><c>POST /session/{sessionId}/clone</c>.</summary>
    public static EndpointLimit Clone { get; } = new([new(OrdinaryRule, AddressWithoutCredential), new(Clones, User)]);

    /// <summary><c>PUT /password/reset</c>.</summary>
    public static EndpointLimit Reset { get; } = new([new(Resets, Address)]);

    /// <summary><c>POST /password/reset/{userId}</c>.</summary>
    public static EndpointLimit ResetMail { get; } = new([new(ResetMails, Address), new(ResetMailsOfUser, User)]);

    /// <summary><c>POST /otp/send</c>.</summary>
    public static EndpointLimit OneTimePassword { get; } = new(
        [new(OrdinaryRule, Credential)],
        "Codes are limited as well: one in 30 seconds and five an hour for each e-mail address or phone number, and as many an hour for "
            + "each client and for each IP address as the installation allows.");

    /// <summary>Open endpoints that need a credential. contracts/open-endpoints.md.</summary>
    public static EndpointLimit Tenant { get; } = new(
        [new(OrdinaryRule, Address), new(TenantUserRule, "each user who calls with a token")],
        "Calls with the tenant's API key are not limited.");

    /// <summary>Open endpoints for everybody. contracts/open-endpoints.md.</summary>
    public static EndpointLimit TenantPublic { get; } = new(
        [new(OrdinaryRule, Address)], "Calls with the tenant's API key are not limited.");

    /// <summary>
    /// The standard endpoints: back ends of any size stand behind one client, and browsers of a whole company behind one address.
    /// </summary>
    public static EndpointLimit OnlyGuesses { get; } = new([], "Calls are not counted. Wrong secrets, passwords and codes are.");

    /// <summary>Documents that every cache may keep.</summary>
    public static EndpointLimit Nothing { get; } = new([], "Calls are not counted.");
}
