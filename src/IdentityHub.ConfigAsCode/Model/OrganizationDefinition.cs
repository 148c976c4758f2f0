using System.ComponentModel;

namespace IdentityHub.ConfigAsCode;

/// <summary>An organization; rights in one reach down the tree.</summary>
[Description("An organization; rights in one reach down the tree.")]
public sealed record OrganizationDefinition : ConfigDefinition
{
    [Description("Unique; what org_id says in tokens.")]
    [Matches("^[a-z0-9][a-z0-9._-]{0,63}$", "1 to 64 of a-z 0-9 . _ - beginning with a letter or digit")]
    public required string Id { get; init; }

    [Description("What users see.")]
    [Length(1, 200)]
    public required string Name { get; init; }

    [Description("The organization above; null for a root.")]
    public string? Parent { get; init; }

    [Description(
        "Domains whose e-mail addresses belong to the organization. An address there that its directory gives a user counts as verified. "
            + "RFC 7643 §4.1.2.")]
    public IReadOnlyList<string> EmailDomains { get; set; } = [];

    [Description(
        "True: users of the organization, and of those below it, must have a second factor. Who has none sets one up before the login "
            + "goes on. Endpoints that cannot ask for a second factor refuse.")]
    public bool RequireMfa { get; init; }

    [Description("Until then users without a second factor may put the set-up off.")]
    public DateTimeOffset? MfaGraceUntil { get; init; }

    [Description("False: a remembered browser does not stand for the second factor of users of the organization, and of those below it.")]
    public bool RememberBrowser { get; set; } = true;

    [Description("False refuses every login into the organization.")]
    public bool Enabled { get; set; } = true;
}
