using System.ComponentModel;
using System.Text.Json.Serialization;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>The older APIs of the installation; null: not named, off.</summary>
[Description("The older APIs of the installation; one that is not named is off.")]
public sealed record DialectsDefinition
{
    [Description("POST /api/token: hash and secret for a short-lived token.")]
    [JsonPropertyName(DialectNames.HashSecret)]
    public DialectDefinition? HashSecret { get; init; }

    [Description("POST /v1/login/password: a service user fetches its API token.")]
    [JsonPropertyName(DialectNames.ServiceUser)]
    public AccountDialectDefinition? ServiceUser { get; init; }

    [Description("/v1/client/*: a customer's application manages its accounts.")]
    [JsonPropertyName(DialectNames.ClientAccounts)]
    public AccountDialectDefinition? ClientAccounts { get; init; }

    [Description("POST /oauth/v2/token: the token endpoint with JSON bodies.")]
    [JsonPropertyName(DialectNames.OAuthV2)]
    public DialectDefinition? OAuthV2 { get; init; }

    [Description("POST /otp/send: one-time passwords.")]
    [JsonPropertyName(DialectNames.Otp)]
    public DialectDefinition? Otp { get; init; }

    [Description("/authenticate, /session/*, /password/*: login sessions.")]
    [JsonPropertyName(DialectNames.Lsid)]
    public LsidDialectDefinition? Lsid { get; init; }

    [Description("/api/v1/{tenant}/open/*: customer-signed tokens and referrals.")]
    [JsonPropertyName(DialectNames.OpenEndpoints)]
    public DialectDefinition? OpenEndpoints { get; init; }

    /// <summary>The dialect of that name (<see cref="DialectNames"/>); null when it is not named in the files.</summary>
    public DialectDefinition? Find(string name) => DialectSections.Find(this, name);

    /// <summary>These sections, and those of <paramref name="other"/> that are missing here.</summary>
    internal DialectsDefinition With(DialectsDefinition other) => DialectSections.Read((name, _) => Find(name) ?? other.Find(name));
}

/// <summary>One older API.</summary>
[Description("One of the older APIs.")]
public record DialectDefinition : ConfigDefinition
{
    [Description("False answers as if the paths did not exist.")]
    public bool Enabled { get; init; }

    [Description("The date from which callers are told that the dialect will end. RFC 9745.")]
    public DateOnly? Deprecation { get; init; }

    [Description("The date on which the dialect ends. RFC 8594.")]
    public DateOnly? Sunset { get; init; }
}

/// <summary>
/// An endpoint whose tokens belong to a client of its own (<see cref="BuiltInClients"/>): there is no other place to say how long they
/// live.
/// </summary>
[Description("An endpoint whose tokens belong to a built-in client.")]
public sealed record AccountDialectDefinition : DialectDefinition
{
    [Description(
        "How long its tokens live, and the logins behind them; at most 12h. Left out: 1h at service-user, 12h at client-accounts.")]
    [DurationRange("1s", "12h")]
    public TimeSpan? AccessTokenLifetime { get; init; }

    [Description(
        "True, at client-accounts: service users say, by the header On-Behalf-Of-IP, for which end user's address they call; failures "
            + "count for that address.")]
    public bool OnBehalfOfIp { get; init; }

    [Description(
        "True, at client-accounts: custom_data holds nothing but attributes of user_attributes. False: other names are the caller's own.")]
    public bool StrictCustomData { get; init; }
}

/// <summary>Login sessions: what their clients send in place of a password, and where reset mails may point.</summary>
[Description("Login sessions.")]
public sealed record LsidDialectDefinition : DialectDefinition
{
    [Description("The hash, in lower-case hexadecimal, that clients send in place of the password; sha1 and md5 only while moving.")]
    public ClientPasswordHash ClientPasswordHash { get; set; } = ClientPasswordHash.Sha256;

    [Description("False: a hash in place of the password is not accepted.")]
    public bool PasswordHashLogin { get; set; } = true;

    [Description("A session that is not seen for this long is over.")]
    [DurationRange("1m", "12h")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    [Description("A session is over after this, seen or not.")]
    [DurationRange("1m", "30d")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(12);

    [Description("Addresses that the link of a reset mail may begin with.")]
    public IReadOnlyList<string> ResetPageUrls { get; set; } = [];
}

/// <summary>What clients of the dialect lsid send in place of a password.</summary>
[JsonConverter(typeof(SnakeCaseJsonConverter<ClientPasswordHash>))]
public enum ClientPasswordHash
{
    Sha256,
    Sha1,
    Md5,
}
