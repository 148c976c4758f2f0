using IdentityHub.Storage.Organizations;

namespace IdentityHub.Server.Admin.Organizations;

/// <summary>An organization as it is answered alone.</summary>
/// <param name="Path">Itself first, the root last.</param>
/// <param name="Children">Ids of those right below.</param>
/// <param name="File">The file that defines it; null where none does.</param>
internal sealed record OrganizationView(
    string Id, string Name, string? ParentId, bool Enabled, string? File, int? Line, IReadOnlyList<string> Path,
    IReadOnlyList<string> Children)
{
    public static OrganizationView Of(ListedOrganization organization, IReadOnlyList<string> path, IReadOnlyList<string> children) => new(
        organization.Id, organization.Name, organization.ParentId, organization.IsEnabled, organization.File, organization.Line, path,
        children);
}

/// <summary>An organization as it is answered in a list.</summary>
internal sealed record OrganizationRow(string Id, string Name, string? ParentId, bool Enabled, string? File, int? Line)
{
    public static OrganizationRow Of(ListedOrganization organization) => new(
        organization.Id, organization.Name, organization.ParentId, organization.IsEnabled, organization.File, organization.Line);
}
