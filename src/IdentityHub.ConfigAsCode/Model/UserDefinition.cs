using System.ComponentModel;

namespace IdentityHub.ConfigAsCode;

/// <summary>A user for Development and tests.</summary>
[Description("A user for Development and tests.")]
public sealed record UserDefinition : ConfigDefinition
{
    [Description("What sub says in tokens.")]
    public required Guid Id { get; init; }

    [Description(
        "Unique without regard to case: 1 to 64 letters, digits, dots, dashes and underscores, or the user's own e-mail address or "
            + "phone number.")]
    [Length(1, 256)]
    public required string UserName { get; init; }

    [Description("Unique without regard to case; taken as verified.")]
    [Matches(@"^[^@\s]{1,64}@[^@\s]{1,190}$", "an address such as alice@example.com")]
    public string? Email { get; init; }

    [Description("E.164, in quotes; taken as verified.")]
    [Matches(@"^\+[1-9][0-9]{6,14}$", "E.164 such as \"+27761234567\"")]
    public string? PhoneNumber { get; init; }

    [Description("Where the password comes from: plain:…, env:NAME or file:PATH. Hashed only when it changes.")]
    public ClearSecret? Password { get; init; }

    [Description("OpenID Connect Core §5.1.")]
    public string? GivenName { get; init; }

    [Description("OpenID Connect Core §5.1.")]
    public string? FamilyName { get; init; }

    [Description("The region of a service user, claim reg of its tokens. Left out: that of the installation, IdentityHub:Region.")]
    [Matches("^[a-z0-9-]{1,32}$", "1 to 32 of a-z 0-9 -")]
    public string? Region { get; init; }

    [Description("Language of the user, BCP 47. OpenID Connect Core §5.1.")]
    [Matches(@"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$", "a language tag such as en or de-CH")]
    public string? Locale { get; init; }

    [Description("OpenID Connect Core §5.1.1.")]
    public AddressDefinition? Address { get; init; }

    [Description("The home organization; the roles are held in it.")]
    public string? Organization { get; init; }

    [Description("Names of roles.")]
    public IReadOnlyList<string> Roles { get; set; } = [];

    [Description("Values of attributes that are defined under user_attributes.")]
    public IReadOnlyList<UserAttributeValueDefinition> Attributes { get; set; } = [];

    [Description("False: the user does not log in with a hash in place of the password, at the endpoint lsid.")]
    public bool PasswordHashLogin { get; set; } = true;

    [Description("False refuses every login.")]
    public bool Enabled { get; set; } = true;
}

/// <summary>The value that a user has of an attribute.</summary>
[Description("The value that the user has of an attribute.")]
public sealed record UserAttributeValueDefinition
{
    [Description("One of user_attributes; once in a user.")]
    [Length(1, 64)]
    public required string Name { get; init; }

    [Description("As its type says: a string, a number, true or false; of a list a list of them.")]
    public required ClaimValue Value { get; init; }
}

/// <summary>A postal address. OpenID Connect Core §5.1.1.</summary>
[Description("A postal address; what is not known is left out.")]
public sealed record AddressDefinition
{
    [Description("Street and house number.")]
    [Length(1, 256)]
    public string? StreetAddress { get; init; }

    [Description("City.")]
    [Length(1, 128)]
    public string? Locality { get; init; }

    [Description("State or province.")]
    [Length(1, 128)]
    public string? Region { get; init; }

    [Description("In quotes where it is a number.")]
    [Length(1, 32)]
    public string? PostalCode { get; init; }

    [Description("Its name, or its code.")]
    [Length(1, 128)]
    public string? Country { get; init; }
}
