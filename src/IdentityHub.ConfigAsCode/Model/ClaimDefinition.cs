using System.ComponentModel;
using System.Text.Json.Serialization;

namespace IdentityHub.ConfigAsCode;

/// <summary>A claim of users in addition to the built-in ones. A scope or an API that names it makes tokens carry it.</summary>
[Description("A claim that tokens of users can carry. It is issued where a granted scope, or an API of the token, names it.")]
public sealed record ClaimDefinition : ConfigDefinition
{
    [Description("Unique; compared exactly. 'roles', 'permissions' and 'org_name' need no definition; one replaces the built-in meaning.")]
    [Matches(NamePattern, NameWords)]
    public required string Name { get; init; }

    [Description("Where the value comes from.")]
    [JsonPropertyName("source")]
    public required ClaimSource ValueSource { get; init; }

    [Description(
        "attribute: which one, such as user_name. custom_data: names of members from the outermost, separated by dots. imported_claim: "
            + "its type in the system that it came from.")]
    [Length(1, 256)]
    public string? Path { get; init; }

    [Description("The value of a static claim: a string, a number, true, false, a list or a mapping.")]
    public ClaimValue? Value { get; init; }

    [Description(
        "What the value is made to be; a value that cannot be that is not issued. Left out: as the source has it; roles and permissions "
            + "are an array.")]
    public ClaimType? Type { get; init; }

    [Description("Where the claim may be. Whether an id_token holds it at all is up to id_token_claims of the client.")]
    [NotEmpty]
    public IReadOnlyList<ClaimDestination> Destinations { get; set; } =
    [
        ClaimDestination.AccessToken, ClaimDestination.IdToken, ClaimDestination.Userinfo, ClaimDestination.Introspection,
    ];

    internal const string NamePattern = "^[A-Za-z0-9_./:-]{1,128}$";
    internal const string NameWords = "1 to 128 of A-Z a-z 0-9 _ . / : -";
}

/// <summary>A claim with one value for all tokens of a client, those of the client itself included.</summary>
[Description("A claim with one value for all tokens of the client.")]
public sealed record ClientClaimDefinition
{
    [Description("Once in a client, and no claim that users have.")]
    [Matches(ClaimDefinition.NamePattern, ClaimDefinition.NameWords)]
    public required string Name { get; init; }

    [Description("A string, a number, true, false, a list or a mapping.")]
    public required ClaimValue Value { get; init; }

    [Description("Where the claim is.")]
    [NotEmpty]
    public IReadOnlyList<ClaimDestination> Destinations { get; set; } = [ClaimDestination.AccessToken, ClaimDestination.Introspection];
}

/// <summary>Where the value of a claim comes from.</summary>
[JsonConverter(typeof(SnakeCaseJsonConverter<ClaimSource>))]
public enum ClaimSource
{
    /// <summary>An attribute of the user's profile.</summary>
    Attribute,

    /// <summary>A member of what an application keeps with the user's account.</summary>
    CustomData,

    /// <summary>A claim that came with the user from another system.</summary>
    ImportedClaim,

    /// <summary>Names of the roles that the user has in the installation and in the token's organization.</summary>
    Roles,

    /// <summary>What those roles allow.</summary>
    Permissions,

    /// <summary>Id of the token's organization.</summary>
    OrganizationId,

    /// <summary>Name of the token's organization.</summary>
    OrganizationName,

    /// <summary>The same value for every user.</summary>
    Static,
}

/// <summary>What a value is in JSON.</summary>
[JsonConverter(typeof(SnakeCaseJsonConverter<ClaimType>))]
public enum ClaimType
{
    /// <summary>A string; several values are separated by one space.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>An array, also of one value.</summary>
    Array,

    /// <summary>Whatever the value is; a text is read as JSON.</summary>
    Json,
}

/// <summary>What can hold a claim.</summary>
[JsonConverter(typeof(SnakeCaseJsonConverter<ClaimDestination>))]
public enum ClaimDestination
{
    /// <summary>A JWT access token. RFC 9068.</summary>
    AccessToken,

    /// <summary>An <c>id_token</c>. OpenID Connect Core §2.</summary>
    IdToken,

    /// <summary>The answer of userinfo. OpenID Connect Core §5.3.</summary>
    Userinfo,

    /// <summary>The answer of introspection. RFC 7662.</summary>
    Introspection,
}
