using IdentityHub.Protocol;

namespace IdentityHub.Server.Ui.ControlRoom.Dashboard;

/// <summary><c>/admin</c>: how the installation is, for its administrators; for others where they may go.</summary>
internal sealed class DashboardModel(ControlRoomAccess access) : ControlRoomPage("admin", access)
{
    public override ControlRoomArea Area => ControlRoomAreas.Dashboard;

    protected override Task<Refusal?> LoadAsync() => Task.FromResult<Refusal?>(null);
}
