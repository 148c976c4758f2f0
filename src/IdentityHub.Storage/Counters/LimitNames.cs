namespace IdentityHub.Storage.Counters;

/// <summary>Names of the limits that an administrator sees and lifts; each is part of the keys that it counts under.</summary>
public static class LimitNames
{
    /// <summary>Kind of guess: passwords of users.</summary>
    public const string Password = "password";

    /// <summary>Kind of guess, where it is counted for an address: passwords at the login of service users.</summary>
    public const string ServicePassword = "service-password";

    /// <summary>Kind of guess: secrets of clients.</summary>
    public const string ClientSecret = "client";

    /// <summary>Kind of guess: API keys.</summary>
    public const string ApiKey = "api-key";

    /// <summary>Kind of guess: user codes of devices.</summary>
    public const string UserCode = "user-code";

    /// <summary>Kind of guess: one-time passwords.</summary>
    public const string OneTimePassword = "otp";

    /// <summary>Kind of guess: codes of authenticator apps, and recovery codes.</summary>
    public const string SecondFactor = "second-factor";

    /// <summary>Kind of guess: signatures of passkeys.</summary>
    public const string Passkey = "passkey";

    /// <summary>The kinds of guesses at the account of a user.</summary>
    public static IReadOnlyList<string> GuessesAtAccounts { get; } = [Password, OneTimePassword, SecondFactor];

    /// <summary>Wrong guesses at one subject from anywhere: kind, subject.</summary>
    public const string FromAnywhere = "subject";

    /// <summary>Addresses without a failure that were let through while a subject was refused from elsewhere: kind, subject.</summary>
    public const string Strangers = "strangers";

    /// <summary>Until when a subject is blocked at some address: kind, subject.</summary>
    public const string BlockedSomewhere = "blocked-somewhere";

    /// <summary>How often the guesses at a subject were forgotten: kind, subject.</summary>
    public const string Forgotten = "forgotten";

    /// <summary>Different subjects failing from an address: kind, address.</summary>
    public const string Address = "address";

    /// <summary>Names tried for a new account from an address.</summary>
    public const string SignUp = "sign-up";

    /// <summary>Rows made by callers who do not authenticate, from an address.</summary>
    public const string AnonymousRow = "anonymous-row";

    /// <summary>Calls: endpoint or kind, credential.</summary>
    public const string Calls = "calls";

    /// <summary>Kind of calls: codes sent to an address, in its one form, in half a minute.</summary>
    public const string OtpPause = "otp-pause";

    /// <summary>Kind of calls: codes sent to an address, in its one form, in an hour.</summary>
    public const string OtpAddress = "otp-address";

    /// <summary>Kind of calls: codes sent for a client in an hour.</summary>
    public const string OtpClient = "otp-client";

    /// <summary>Kind of calls: codes asked for from an IP address in an hour.</summary>
    public const string OtpIp = "otp-ip";

    /// <summary>Kind of calls: reset mails asked for the id of a user in an hour.</summary>
    public const string ResetMail = "reset-mail";

    /// <summary>Kind of calls: reset messages sent to a user from the hosted page in an hour.</summary>
    public const string ForgottenUser = "forgotten-user";

    /// <summary>Kind of calls: codes that a user has sent to new addresses in an hour.</summary>
    public const string AddressCode = "address-code";

    /// <summary>Kind of calls: how often a user downloads what is stored about them in an hour.</summary>
    public const string DataDownload = "data-download";

    /// <summary>Kind of calls: resets asked for at the hosted page from an IP address in ten minutes.</summary>
    public const string ForgottenIp = "forgotten-ip";

    /// <summary>
    /// Different subjects failing through a program that has authenticated: kind, program, the address that it calls from.
    /// </summary>
    public const string BackEnd = "back-end";

    /// <summary>Begins the credential of a caller who has proven nothing; the IP address follows.</summary>
    public const string AddressCredential = "address:";

    /// <summary>The subject of a user, under whichever of their names something was tried.</summary>
    public static string SubjectOf(Guid userId) => $"user:{userId}";

    /// <summary>What the limits know a client as once it has authenticated.</summary>
    public static string BackEndOfClient(string clientId) => $"client:{clientId}";

    /// <summary>What the limits know the holder of an API key as.</summary>
    public static string BackEndOfApiKey(string name) => $"key:{name}";

    /// <summary>What the limits know a service user as once it has authenticated.</summary>
    public static string BackEndOfServiceUser(Guid userId) => SubjectOf(userId);

    /// <summary>Remembers that a subject was forgotten, for longer than any count from a single address.</summary>
    public static CounterRule ForgottenRule { get; } =
        new(Forgotten, int.MaxValue, TimeSpan.FromDays(2), Sliding: true, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
}
