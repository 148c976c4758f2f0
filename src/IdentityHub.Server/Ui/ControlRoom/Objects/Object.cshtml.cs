namespace IdentityHub.Server.Ui.ControlRoom.Objects;

/// <summary><c>/admin/objects/KIND/NAME</c>: an object of a kind that has no pages of its own.</summary>
internal sealed class ObjectModel(ControlRoomAccess access) : SingleObjectPage("admin/objects", access)
{
    public override ObjectKind? Kind => ObjectKinds.Find(RouteData.Values["kind"] as string);
}
