using System.Net;
using IdentityHub.Storage;
using IdentityHub.Storage.Counters;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Limits;

/// <summary>One limit of a user, an address or a client: where it is counted, and how to name it.</summary>
/// <param name="Key">Of the count.</param>
internal sealed record KnownLimit(string Name, byte[] Key);

/// <summary>Everything that is counted of one user, address or client and can be found by its name.</summary>
/// <param name="Named">As the audit trail names it.</param>
/// <param name="UserId">Null for an address and a client.</param>
/// <param name="Subjects">Kind and subject of guesses that are forgotten: counts from single addresses begin anew then.</param>
internal sealed record KnownLimits(
    string Named, Guid? UserId, IReadOnlyList<KnownLimit> Limits, IReadOnlyList<(string Kind, string Subject)> Subjects)
{
    private static readonly (string Kind, string Name)[] AddressKinds =
    [
        (LimitNames.Password, "users failing with passwords"), (LimitNames.ServicePassword, "service users failing with passwords"),
        (LimitNames.OneTimePassword, "users failing with one-time passwords"),
        (LimitNames.SecondFactor, "users failing with second factors"),
        (LimitNames.ClientSecret, "clients failing with secrets"),
        (LimitNames.ApiKey, "wrong API keys"), (LimitNames.UserCode, "users failing with codes of devices"),
        (LimitNames.Passkey, "failing passkeys"),
    ];

    private static readonly Dictionary<string, string> AccountGuesses = new()
    {
        [LimitNames.Password] = "wrong passwords",
        [LimitNames.OneTimePassword] = "wrong one-time passwords",
        [LimitNames.SecondFactor] = "wrong second factors",
    };

    /// <summary>Every count that a lift clears, each once: those that are listed, and those of the subjects.</summary>
    public IReadOnlyList<byte[]> Keys =>
    [
        .. Limits.Select(limit => limit.Key)
            .Concat(Subjects.SelectMany(subject => GuessesAt(subject.Kind, subject.Subject, "").Select(limit => limit.Key)))
            .DistinctBy(Convert.ToHexString),
    ];

    /// <exception cref="CommandException">There is no such user.</exception>
    public static async Task<KnownLimits> OfUserAsync(HubDatabase database, string identifier, CancellationToken cancellationToken)
    {
        var directory = new UserDirectory(database);
        var found = await directory.FindCredentialAsync(identifier, cancellationToken)
            ?? throw new CommandException("There is no user with this name, e-mail address or phone number.");
        var profile = await directory.FindProfileAsync(found.UserId, cancellationToken);
        var names = new[] { profile?.UserName, profile?.Email, profile?.PhoneNumber }
            .OfType<string>()
            .Select(SubjectOf)
            .Distinct()
            .ToList();
        List<(string, string)> subjects =
        [
            .. from kind in LimitNames.GuessesAtAccounts
               from subject in names.Append(LimitNames.SubjectOf(found.UserId))
               select (kind, subject),
        ];
        var account = LimitNames.SubjectOf(found.UserId);
        List<KnownLimit> limits =
        [
            .. LimitNames.GuessesAtAccounts.SelectMany(kind => GuessesAt(kind, account, AccountGuesses[kind])),
            .. names.Where(name => name.Contains('@') || name.StartsWith('+')).SelectMany(address => new[]
            {
                new KnownLimit($"codes sent to {address} in an hour", CounterKey.Of(LimitNames.Calls, LimitNames.OtpAddress, address)),
                new KnownLimit($"codes sent to {address} in half a minute", CounterKey.Of(LimitNames.Calls, LimitNames.OtpPause, address)),
            }),
            new KnownLimit("reset mails asked for in an hour", CounterKey.Of(LimitNames.Calls, LimitNames.ResetMail, account)),
            new KnownLimit("codes sent to new addresses in an hour", CounterKey.Of(LimitNames.Calls, LimitNames.AddressCode, account)),
            new KnownLimit("downloads of their data in an hour", CounterKey.Of(LimitNames.Calls, LimitNames.DataDownload, account)),
            new KnownLimit("reset messages sent in an hour", CounterKey.Of(LimitNames.Calls, LimitNames.ForgottenUser, account)),
        ];
        return new KnownLimits($"user {found.UserId}", found.UserId, limits, subjects);
    }

    public static KnownLimits OfAddress(IPAddress address)
    {
        var key = CounterKey.AddressOf(address);
        return new KnownLimits(
            $"address {address}", null,
            [
                .. AddressKinds.Select(kind => new KnownLimit(kind.Name, CounterKey.Of(LimitNames.Address, kind.Kind, key))),
                new KnownLimit("names tried for a new account", CounterKey.Of(LimitNames.SignUp, key)),
                new KnownLimit("rows of callers who do not authenticate", CounterKey.Of(LimitNames.AnonymousRow, key)),
                new KnownLimit("codes asked for", CounterKey.Of(LimitNames.Calls, LimitNames.OtpIp, LimitNames.AddressCredential + key)),
                new KnownLimit(
                    "forgotten passwords", CounterKey.Of(LimitNames.Calls, LimitNames.ForgottenIp, LimitNames.AddressCredential + key)),
            ],
            []);
    }

    public static KnownLimits OfClient(string clientId) => new(
        $"client {clientId}", null,
        [
            .. GuessesAt(LimitNames.ClientSecret, clientId, "wrong secrets"),
            new KnownLimit("codes sent", CounterKey.Of(LimitNames.Calls, LimitNames.OtpClient, clientId))
        ],
        [(LimitNames.ClientSecret, clientId)]);

    /// <summary>What a program that has authenticated has counted at an address: it does not count as the address itself.</summary>
    /// <param name="named">The program, as the audit trail names it.</param>
    /// <param name="backEnd">The program, as <see cref="LimitNames"/> names it.</param>
    /// <param name="userId">Of a service user; else null.</param>
    /// <param name="address">From where it calls.</param>
    public static KnownLimits OfBackEnd(string named, string backEnd, Guid? userId, IPAddress address)
    {
        var key = CounterKey.AddressOf(address);
        return new KnownLimits(
            $"{named} at address {address}", userId,
            [
                .. AddressKinds.Select(kind => new KnownLimit(
                    $"{kind.Name} through {named}", CounterKey.Of(LimitNames.BackEnd, kind.Kind, backEnd, key)))
            ],
            []);
    }

    private static IEnumerable<KnownLimit> GuessesAt(string kind, string subject, string name) =>
    [
        new($"{name} from anywhere", CounterKey.Of(LimitNames.FromAnywhere, kind, subject)),
        new($"{name} from single addresses", CounterKey.Of(LimitNames.BlockedSomewhere, kind, subject)),
        .. kind == LimitNames.SecondFactor
            ? [new KnownLimit($"{name} from addresses without a failure", CounterKey.Of(LimitNames.Strangers, kind, subject))]
            : Array.Empty<KnownLimit>(),
    ];

    // In the form in which the server compares identifiers.
    private static string SubjectOf(string identifier) => PhoneNumber.Normalize(identifier) ?? NameNormalizer.Normalize(identifier);
}
