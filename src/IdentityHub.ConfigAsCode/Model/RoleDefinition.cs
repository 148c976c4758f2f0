using System.ComponentModel;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>A named set of permissions that a user has in an organization and in those below it.</summary>
[Description("A named set of permissions.")]
public sealed record RoleDefinition : ConfigDefinition
{
    [Description("Unique. 'service' and 'admin' are built in.")]
    [Matches("^[a-z0-9][a-z0-9._-]{0,63}$", "1 to 64 of a-z 0-9 . _ - beginning with a letter or digit")]
    public required string Name { get; init; }

    [Description("What administrators see.")]
    public string? Description { get; init; }

    [Description("What the role allows.")]
    [OneOf(typeof(Permissions))]
    public IReadOnlyList<string> Permissions { get; set; } = [];

    [Description(
        "True: users who have the role, in whichever organization, must have a second factor. Who has none sets one up before the login "
            + "goes on. Endpoints that cannot ask for a second factor refuse.")]
    public bool RequireMfa { get; init; }

    [Description("Until then users without a second factor may put the set-up off.")]
    public DateTimeOffset? MfaGraceUntil { get; init; }
}
