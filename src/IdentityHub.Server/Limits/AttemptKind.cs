using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Limits;

/// <summary>What is guessed. Kinds do not share the counts of a subject.</summary>
/// <param name="Name">Part of every key.</param>
internal sealed record AttemptKind(string Name)
{
    /// <summary>Passwords of users, and the hashes that are sent in their place.</summary>
    public static readonly AttemptKind Password = new(LimitNames.Password);

    /// <summary>
    /// The same, sent by a program at an endpoint of its own: the subjects are those of <see cref="Password"/>, but what the users of the
    /// same address type wrong elsewhere, and what is typed there for the program's name, does not refuse it.
    /// </summary>
    public static readonly AttemptKind ServicePassword = new(LimitNames.Password)
    {
        AddressName = LimitNames.ServicePassword,
        IsOwnCredential = true,
        HasOwnBudgetWhereKnown = true,
    };

    /// <summary>Secrets of clients.</summary>
    public static readonly AttemptKind ClientSecret = new(LimitNames.ClientSecret) { IsOwnCredential = true };

    /// <summary>API keys of the configuration.</summary>
    public static readonly AttemptKind ApiKey = new(LimitNames.ApiKey) { IsOwnCredential = true };

    /// <summary>User codes of devices, counted for the user who types them.</summary>
    public static readonly AttemptKind UserCode = new(LimitNames.UserCode) { KeepsEarlierFailures = true };

    /// <summary>
    /// One-time passwords. Ten failures in an hour begin the back-off; an address without a failure is evaluated all the same.
    /// </summary>
    public static readonly AttemptKind OneTimePassword = new(LimitNames.OneTimePassword)
    {
        FromAnywhere = new CounterRule(
            LimitNames.FromAnywhere, 10, TimeSpan.FromHours(1), Sliding: true, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15)),
        AdmitsAddressWithoutFailure = true,
    };

    /// <summary>
    /// Codes of authenticator apps, and recovery codes. Who guesses them has proven the first factor. Ten failures in an hour begin the
    /// back-off. An address without a failure is evaluated all the same, a hundred times a day: so many addresses have an attacker and a
    /// user who travels.
    /// </summary>
    public static readonly AttemptKind SecondFactor = new(LimitNames.SecondFactor)
    {
        FromAnywhere = new CounterRule(
            LimitNames.FromAnywhere, 10, TimeSpan.FromHours(1), Sliding: true, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15)),
        AdmitsAddressWithoutFailure = true,
        Strangers = new CounterRule(
            LimitNames.Strangers, 100, TimeSpan.FromDays(1), Sliding: false, TimeSpan.FromDays(1), TimeSpan.FromDays(1)),
    };

    /// <summary>
    /// Signatures of passkeys, counted for the credential that was sent and for the address. No one guesses one: the limit bounds the work.
    /// Where a passkey has been used before, others cannot use the address up for it.
    /// </summary>
    public static readonly AttemptKind Passkey = new(LimitNames.Passkey) { IsOwnCredential = true };

    /// <summary>
    /// The kinds by which the account of a user is guessed: the account is blocked and unblocked for all of them, and an erasure removes
    /// their counts. <c>AttemptKindTests</c> asks where a kind belongs.
    /// </summary>
    public static IReadOnlyList<AttemptKind> OfAccounts { get; } = [Password, OneTimePassword, SecondFactor];

    private readonly string? _addressName;

    /// <summary>Under which failures are counted for an address; <see cref="Name"/> unless the kind has a count of its own.</summary>
    public string AddressName
    {
        get => _addressName ?? Name;
        init => _addressName = value;
    }

    /// <summary>True for the credential of a program: where it has been right before, others cannot use the address up for it.</summary>
    public bool IsOwnCredential { get; init; }

    /// <summary>
    /// True: where it has been right before, what others guess of the same subject does not refuse it either. It has five failures of its
    /// own there, which can be made only at the endpoint of the program.
    /// </summary>
    public bool HasOwnBudgetWhereKnown { get; init; }

    /// <summary>
    /// True: a right secret takes its own count back and leaves the failures before it.
    /// It says nothing about them, because any caller can get a right secret.
    /// </summary>
    public bool KeepsEarlierFailures { get; init; }

    /// <summary>What is counted of a subject over all addresses.</summary>
    public CounterRule FromAnywhere { get; init; } =
        new(LimitNames.FromAnywhere, 50, TimeSpan.FromHours(1), Sliding: true, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1));

    /// <summary>True: failures from other addresses never refuse an address that has none. ASSURANCE B8, L1.</summary>
    public bool AdmitsAddressWithoutFailure { get; init; }

    /// <summary>
    /// How many addresses without a failure are let through while the subject is refused from elsewhere; null: all of them.
    /// </summary>
    public CounterRule? Strangers { get; init; }
}

/// <summary>Whose secret is guessed.</summary>
/// <param name="Told">What the caller sent, in the one form under which it compares: a refusal that is told depends on it alone.</param>
/// <param name="Account">
/// The account that it names, so that all names of a user share one count. Refusals for it are not told. Null: the subject has one name
/// only.
/// </param>
internal sealed record AttemptSubject(string Told, string? Account = null)
{
    /// <summary>Under which failures from anywhere are counted.</summary>
    public string Counted => Account ?? Told;

    /// <summary>The account of a user. A name without a user is counted in the same way.</summary>
    public static AttemptSubject Of(string told, Guid? userId) => new(told, userId is { } id ? AccountOf(id) : $"name:{told}");

    /// <summary>Under which a user's failures are counted.</summary>
    public static string AccountOf(Guid userId) => LimitNames.SubjectOf(userId);
}
