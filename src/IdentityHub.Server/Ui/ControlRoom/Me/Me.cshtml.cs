using IdentityHub.Protocol;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Ui.ControlRoom.Me;

/// <summary>
/// <c>/admin/me</c>: as whom the user is signed in, and what they may do where. Who may do nothing learns it here.
/// </summary>
internal sealed class MeModel(ControlRoomAccess access) : ControlRoomPage("admin/me", access)
{
    public override ControlRoomArea Area => ControlRoomAreas.Me;

    protected override bool IsForEverybody => true;

    /// <summary>True for users who may do nothing in any administration.</summary>
    public bool HasNoRights => !ControlRoomAreas.IsAdministration(Visit.Rights);

    /// <summary>Roles of the installation.</summary>
    public IEnumerable<string> InstallationRoles => Visit.Stored.InstallationRoles.Order(StringComparer.Ordinal);

    /// <summary>Permissions by the organization in which they are held, and below which they reach.</summary>
    public IEnumerable<(string Organization, IReadOnlyList<string> Permissions)> Held =>
        Visit.Stored.Held
            .GroupBy(right => right.OrganizationId, StringComparer.Ordinal)
            .OrderBy(place => place.Key, StringComparer.Ordinal)
            .Select(place => (
                place.Key,
                (IReadOnlyList<string>)[.. place.Select(right => right.Permission).Distinct().Order(StringComparer.Ordinal)]));

    /// <summary>How the login was proven, from 1.</summary>
    public int Level => AuthenticationContext.LevelOf(Visit.Session.AuthenticationMethods);

    protected override Task<Refusal?> LoadAsync()
    {
        if (HasNoRights)
            Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.FromResult<Refusal?>(null);
    }
}
