namespace IdentityHub.Storage.Organizations;

/// <summary>Which users are wanted: all that meet every condition that is not null.</summary>
public sealed record UserFilter
{
    /// <summary>Beginning of a user name, an e-mail address, a phone number, a given or a family name.</summary>
    public string? Search { get; init; }

    /// <summary>Home organization.</summary>
    public string? OrganizationId { get; init; }

    public bool? Enabled { get; init; }

    /// <summary>Name of a role that is held anywhere.</summary>
    public string? Role { get; init; }

    /// <summary>A searchable attribute, and its value as it is stored.</summary>
    public (string Name, string Value)? Attribute { get; init; }
}
