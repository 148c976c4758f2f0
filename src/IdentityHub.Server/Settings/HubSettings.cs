using System.ComponentModel;
using IdentityHub.ConfigAsCode.Installation;

namespace IdentityHub.Server.Settings;

/// <summary>
/// The settings of the server, from <c>appsettings.json</c> and the environment; every fault is reported at once when it starts.
/// </summary>
public sealed class HubSettings
{
    /// <summary>Prefix of every key.</summary>
    public const string Section = InstallationSettings.Section;

    /// <summary>Absolute URL without a trailing slash; the <c>iss</c> of every token.</summary>
    [Description(
        "Absolute https URL of the server, never taken from a request. It may have a path (`https://host/auth`): the server answers below "
            + "it, whether the proxy keeps the path or takes it away. In Development `http://localhost:5080`; required elsewhere."
    )]
    public string Issuer { get; set; } = "";

    [Description("Folder of the configuration files.")]
    public string ConfigDirectory { get; set; } = InstallationSettings.DefaultConfigDirectory;

    /// <summary><c>development</c>, <c>staging</c> or <c>production</c>; empty: from the environment.</summary>
    [Description("`development`, `staging` or `production`. Left out: from `ASPNETCORE_ENVIRONMENT`.")]
    public string Stage { get; set; } = "";

    [Description(
        "Name of the platform of this company: the documentation at `/docs` names `https://api.<PlatformId>.platform.io` and its staging "
            + "sister as servers. Left out: the issuer."
    )]
    public string PlatformId { get; set; } = "";

    [Description("Region of the installation: claim `reg` in the tokens of service users who have no region of their own.")]
    public string Region { get; set; } = "local";

    [Description(
        "Addresses and networks (`10.0.0.0/8`) of the reverse proxies whose `X-Forwarded-*` headers count, separated by commas; none by "
            + "default. `X-Forwarded-For` is read from its end as far as the chain of these proxies goes.")]
    public string TrustedProxies { get; set; } = "";

    public HstsSettings Hsts { get; set; } = new();

    public KeyProtectionSettings KeyProtection { get; set; } = new();

    public PasswordSettings Passwords { get; set; } = new();

    public PasskeySettings Passkeys { get; set; } = new();

    public AuditSettings Audit { get; set; } = new();

    public SessionSettings Sessions { get; set; } = new();

    public SecondFactorSettings SecondFactor { get; set; } = new();

    public RegistrationSettings Registration { get; set; } = new();

    public ThemeSettings Theme { get; set; } = new();

    public OutboundSettings Outbound { get; set; } = new();

    public EmailSettings Email { get; set; } = new();

    public SmsSettings Sms { get; set; } = new();

    public OtpSettings Otp { get; set; } = new();

    public AuthorizationSettings Authorization { get; set; } = new();

    public ShutdownSettings Shutdown { get; set; } = new();

    public MetricsSettings Metrics { get; set; } = new();

    public ClientAssertionSettings ClientAssertions { get; set; } = new();

    public LimitSettings Limits { get; set; } = new();

    public ControlRoomSettings ControlRoom { get; set; } = new();

    /// <summary>
    /// True where browsers reach the server over TLS: cookies are <c>Secure</c> then, whatever a single request looks like behind a proxy.
    /// </summary>
    internal bool IsHttps => Issuer.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Path of the issuer, below which everything is served: <c>/auth</c>; empty where the issuer is a whole host.</summary>
    internal string PublicPath =>
        Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) && issuer.AbsolutePath != "/" ? issuer.AbsolutePath : "";

    /// <summary>True when messages to users go somewhere: to a mail server, a provider of text messages, or <c>/dev/outbox</c>.</summary>
    internal bool SendsMessages => IsDevelopment || Email.Smtp.IsSet || Sms.Twilio.IsSet;

    /// <summary>True on the stage that real users are on.</summary>
    internal bool IsProduction => Stage == "production";

    /// <summary>True on the stage where the server migrates, applies the configuration and shows what to try by itself.</summary>
    internal bool IsDevelopment => Stage == "development";
}

/// <summary>How what must not stand in the database in clear is wrapped.</summary>
public sealed class KeyProtectionSettings
{
    [Description(
        "File with 32 bytes as base64; wraps signing keys and Data Protection keys at rest. Made where it is missing in Development; "
            + "required elsewhere.")]
    public string KeyFile { get; set; } = InstallationSettings.DefaultKeyFile;
}

/// <summary>How long browsers insist on https. RFC 6797.</summary>
public sealed class HstsSettings
{
    [Description(
        "For how long browsers come by https only, `d.hh:mm:ss`: header `Strict-Transport-Security` on each answer over https outside "
            + "Development, also where a proxy of `TrustedProxies` says `X-Forwarded-Proto: https`. `00:00:00` makes browsers forget it.")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(365);
}

/// <summary>What a password costs.</summary>
public sealed class PasswordSettings
{
    [Description("PBKDF2-HMAC-SHA512 iterations of new hashes; at least 220000 outside Development.")]
    public int Iterations { get; set; } = 220_000;

    [Description("Passwords that may wait for a core, for each core; one more is answered 503.")]
    public int QueuePerCore { get; set; } = 16;

    [Description(
        "Folder of range files with passwords that are known from breaches, as Have I Been Pwned publishes them: a file `21BD1` or "
            + "`21BD1.txt` for each five digits that a SHA-1 begins with, of lines `REST:COUNT`. New passwords that are in it are refused. "
            + "Empty: none are looked up.")]
    public string BreachedFolder { get; set; } = "";
}

/// <summary>Which passkeys users may have.</summary>
public sealed class PasskeySettings
{
    [Description(
        "AAGUIDs of the models of authenticators that new passkeys may come from, separated by commas. Each has to prove its model by an "
            + "attestation with a certificate then; passkeys of before stay. Empty: every authenticator, and no attestation is asked for.")]
    public string AllowedAaguids { get; set; } = "";

    /// <summary>One for each entry of the list; null for one that is no AAGUID.</summary>
    internal IEnumerable<Guid?> Models() =>
        AllowedAaguids
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static text => Guid.TryParseExact(text, "D", out var aaguid) && aaguid != Guid.Empty ? aaguid : (Guid?)null);
}

/// <summary>How long a browser stays signed in.</summary>
public sealed class SessionSettings
{
    [Description("A browser that is not seen for this long is signed out, `d.hh:mm:ss`.")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(2);

    [Description("A browser is signed out after this, seen or not.")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(12);

    [Description("The same as `IdleTimeout` for users who asked to stay signed in.")]
    public TimeSpan RememberedIdleTimeout { get; set; } = TimeSpan.FromDays(14);

    [Description("The same as `Lifetime` for users who asked to stay signed in.")]
    public TimeSpan RememberedLifetime { get; set; } = TimeSpan.FromDays(30);
}

/// <summary>Whether users must have a second factor. Clients and organizations can require one too (<c>require_mfa</c>).</summary>
public sealed class SecondFactorSettings
{
    [Description(
        "Whether every user must have a second factor. Who has none sets one up before the login goes on; endpoints that cannot ask for a "
            + "second factor refuse. Service users are programs, and need none.")]
    public bool Required { get; set; }

    [Description(
        "Until then users without a second factor may put the set-up off: a time such as `2027-01-31T00:00:00Z`. Left out: they may not.")]
    public DateTimeOffset? GraceUntil { get; set; }

    [Description(
        "Whether users may have a browser stand for their second factor for 30 days. Clients and organizations can forbid it "
            + "(`remember_browser: false`).")]
    public bool RememberBrowser { get; set; } = true;
}

/// <summary>Whether people make accounts for themselves.</summary>
public sealed class RegistrationSettings
{
    [Description(
        "Whether anybody may make an account at `/signup`, with a user name and a password. Off: accounts are made by the administrator.")]
    public bool Enabled { get; set; }

    [Description(
        "Whether such an account begins with an e-mail address: a code is sent to it, and the account is made when the code is typed. The "
            + "user sets a password or a passkey afterwards, or goes on with codes.")]
    public bool VerifiedEmail { get; set; }
}

/// <summary>How pages look.</summary>
public sealed class ThemeSettings
{
    [Description(
        "Folder with `theme.css`, `logo.svg` or `logo.png`, `favicon.svg` or `favicon.png`, and `texts.en.json`, `texts.de.json`, each of "
            + "them optional, in place of what is built in; read again when a file changes. Empty: the built-in look.")]
    public string Directory { get; set; } = "";
}

/// <summary>Calls that the server makes by itself, to the addresses that clients are registered with.</summary>
public sealed class OutboundSettings
{
    [Description(
        "Whether registered addresses may lie on this machine or in a private network. Left out: in Development only. Link-local addresses "
            + "(the metadata services of clouds) are refused even then.")]
    public bool? AllowPrivateAddresses { get; set; }
}

/// <summary>
/// How often one-time passwords may be sent, in addition to the limits of each address: one in 30 seconds, five in an hour.
/// </summary>
public sealed class OtpSettings
{
    [Description("Codes that one client may have sent in an hour; more are answered 429.")]
    public int SendsPerClientAndHour { get; set; } = 10_000;

    [Description(
        "Codes that may be asked for from one IP address (of IPv6: from one /64) in an hour; more are answered 429. A client's back end "
            + "asks for all its users.")]
    public int SendsPerIpAndHour { get; set; } = 1_000;

    [Description(
        "Whether the mail with a code of the login page also holds a link that signs in: in the browser that asked for it, after a click "
            + "on a button. In another browser the link shows the code.")]
    public bool LoginLinks { get; set; }
}

/// <summary>What is taken of authorization requests.</summary>
public sealed class AuthorizationSettings
{
    [Description(
        "True: an authorization request that names a scope which the configuration does not know is refused (`invalid_scope`). False: such "
            + "scopes are ignored, as OpenID Connect Core asks for.")]
    public bool RefuseUnknownScopes { get; set; }
}

/// <summary>What is taken of clients that authenticate by <c>private_key_jwt</c>.</summary>
public sealed class ClientAssertionSettings
{
    [Description(
        "How far ahead `exp` of a client's assertion may lie, `hh:mm:ss`. Each assertion is remembered until then, so that it is used once."
    )]
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>How many calls are answered, and networks with other limits per address.</summary>
public sealed class LimitSettings
{
    /// <summary>Calls a minute that contracts/service-user-and-client-accounts.md promises each credential.</summary>
    internal const int PromisedCallsPerMinute = 300;

    [Description(
        "Calls a minute that each endpoint of an older API answers for each credential; calls that end sessions or block users have ten "
            + "times as many. At least 300, which the contracts promise (in Development 1). Until a credential is proven an IP address has "
            + "300 at most, whatever stands here: `TrustedNetworks` raises that. Other limits stay. `/docs` shows the numbers.")]
    public int CallsPerMinute { get; set; } = PromisedCallsPerMinute;

    [Description(
        "Networks whose limits per address are lifted (`10.1.0.0/16`) or multiplied (`203.0.113.7=20`), separated by commas: an office or "
            + "a content network behind one address. The limits per user stay.")]
    public string TrustedNetworks { get; set; } = "";
}

/// <summary>How a node stops.</summary>
public sealed class ShutdownSettings
{
    [Description(
        "How long a node that is told to stop (SIGTERM) goes on serving requests while `/health/ready` answers 503, `hh:mm:ss`: until load "
            + "balancers have noticed. Left out: 10 seconds, in Development none.")]
    public TimeSpan? DrainTime { get; set; }
}

/// <summary>Where Prometheus reads the metrics.</summary>
public sealed class MetricsSettings
{
    /// <summary>Key of <see cref="Address"/>.</summary>
    internal const string AddressKey = HubSettings.Section + ":Metrics:Address";

    [Description(
        "Address and port of `/metrics` for Prometheus, `http://127.0.0.1:9464` or `http://*:9464`: a port of its own, on which nothing "
            + "else answers. Who reaches it reads names of clients, so no load balancer may lead to it. Empty: off.")]
    public string Address { get; set; } = "";
}

/// <summary>The pages of administrators below <c>/admin</c>.</summary>
public sealed class ControlRoomSettings
{
    /// <summary>Where a login for the control room comes back to.</summary>
    internal const string CallbackPath = "/admin/callback";

    [Description("Whether there are pages for administrators at `/admin`. The administration API does not depend on it.")]
    public bool Enabled { get; set; } = true;

    [Description(
        "After this time without a click the control room asks for a new login, `hh:mm:ss`; a login that is older does not open it "
            + "either.")]
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromMinutes(15);

    [Description(
        "Whether a server in Development that has no user with the role `admin` makes one, `admin`, and shows their password on the "
            + "console once.")]
    public bool FirstAdministrator { get; set; } = true;

    [Description(
        "Whether administrators must have a second factor; who has none sets one up at the login. Left out: everywhere but in Development. "
            + "Who has one proves it in any case.")]
    public bool? RequireSecondFactor { get; set; }
}

/// <summary>How long the audit trail is kept.</summary>
public sealed class AuditSettings
{
    [Description("Days after which audit rows are removed; PostgreSQL removes a whole month when its last row is that old.")]
    public int RetentionDays { get; set; } = 400;
}
