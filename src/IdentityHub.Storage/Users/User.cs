using Microsoft.AspNetCore.Identity;

namespace IdentityHub.Storage.Users;

/// <summary>A person or a service that logs in: an ASP.NET Core Identity user with what the hub adds.</summary>
public sealed class User : IdentityUser<Guid>
{
    /// <summary><c>given_name</c>, OpenID Connect Core §5.1.</summary>
    public string? GivenName { get; set; }

    /// <summary><c>family_name</c>, OpenID Connect Core §5.1.</summary>
    public string? FamilyName { get; set; }

    /// <summary><c>locale</c> as BCP 47, OpenID Connect Core §5.1.</summary>
    public string? Locale { get; set; }

    /// <summary>The postal address as OpenID Connect Core §5.1.1 divides it: street, several lines apart by line breaks.</summary>
    public string? StreetAddress { get; set; }

    /// <summary>City or locality.</summary>
    public string? Locality { get; set; }

    /// <summary>State, province or region.</summary>
    public string? Region { get; set; }

    /// <summary>ZIP or postal code.</summary>
    public string? PostalCode { get; set; }

    /// <summary>Country name.</summary>
    public string? Country { get; set; }

    /// <summary>
    /// Which of the company's regions the user belongs to, e.g. <c>za</c>; null: that of the installation. No part of the address.
    /// </summary>
    public string? HomeRegion { get; set; }

    /// <summary>Home organization; null for a user of the installation itself.</summary>
    public string? OrganizationId { get; set; }

    /// <summary>
    /// Verifier of a client-sent hash of an older kind (<see cref="ClientSentHash"/>), in addition to the password's own. It counts only
    /// while <see cref="ClientVerifierStamp"/> is the user's security stamp, so that it ends with the password that it was made of.
    /// </summary>
    public string? ClientVerifier { get; set; }

    /// <inheritdoc cref="ClientVerifier"/>
    public string? ClientVerifierStamp { get; set; }

    /// <summary>True for a user who may not log in with a hash in place of the password.</summary>
    public bool HashLoginDisabled { get; set; }

    /// <summary>Set by an administrator: nothing is issued to, and nothing issued to is accepted of, this user from then on.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>Not admitted before this time; null when there is no such time.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>When <c>hub users import</c> made the user; null for a user who came to be in another way. UTC.</summary>
    public DateTimeOffset? ImportedAt { get; set; }

    /// <summary>UTC.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Last change of what userinfo shows (<c>updated_at</c>), UTC.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A named set of permissions. <c>service</c> and <c>admin</c> are built in.</summary>
public sealed class Role : IdentityRole<Guid>
{
    /// <summary>Permission names separated by one space, e.g. <c>session.read user.block</c>.</summary>
    public string Permissions { get; set; } = "";
}
