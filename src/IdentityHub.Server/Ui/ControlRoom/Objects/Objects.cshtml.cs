namespace IdentityHub.Server.Ui.ControlRoom.Objects;

/// <summary><c>/admin/objects/KIND</c>: the objects of a kind that has no pages of its own.</summary>
internal sealed class ObjectsModel(ControlRoomAccess access) : ObjectListPage("admin/objects", access)
{
    public override ObjectKind? Kind => ObjectKinds.Find(RouteData.Values["kind"] as string);
}
