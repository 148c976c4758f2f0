using System.ComponentModel;

namespace IdentityHub.ConfigAsCode;

/// <summary>A tenant of the open endpoints; contracts/open-endpoints.md.</summary>
[Description("A tenant of the open endpoints.")]
public sealed record TenantDefinition : ConfigDefinition
{
    [Description("Unique; the part of the path that names the tenant.")]
    [Matches("^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", "1 to 64 of A-Z a-z 0-9 _ - beginning with a letter or digit")]
    public required string Alias { get; init; }

    [Description("API keys, which are also the HS256 keys of the tenant's tokens. Several may be live at once.")]
    [NotEmpty]
    public required IReadOnlyList<TenantKeyDefinition> ApiKeys { get; init; }

    [Description("True: a token without exp is refused.")]
    public bool RequireExp { get; init; }

    [Description("Who answers for the tenant, such as an e-mail address: they are told before something that it uses ends.")]
    [Matches(Contact.Pattern, Contact.Words)]
    public IReadOnlyList<string> Contacts { get; set; } = [];

    [Description("False answers as if the tenant did not exist.")]
    public bool Enabled { get; set; } = true;
}

/// <summary>One key of a tenant.</summary>
[Description("A key and the time in which it counts.")]
public sealed record TenantKeyDefinition
{
    [Description(
        "Where the key comes from: env:NAME, file:PATH, or plain:… in Development. At least 32 bytes outside Development, never under 16.")]
    public required ClearSecret Value { get; init; }

    [Description("The key counts from this time on.")]
    public DateTimeOffset? NotBefore { get; init; }

    [Description("The key counts until this time.")]
    public DateTimeOffset? ExpiresAt { get; init; }
}
