using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Objects;

namespace IdentityHub.Server.Ui.ControlRoom.Objects;

/// <summary>A kind of objects of the configuration, as the control room shows it.</summary>
/// <param name="Kind">As the administration API has it.</param>
/// <param name="Area">Its line of the navigation. The pages of its objects lie below.</param>
/// <param name="Columns">Keys that the list shows after the name.</param>
/// <param name="Usual">Keys that have a field of their own; the rest is changed as text.</param>
internal sealed record ObjectKind(
    ObjectArea Kind, ControlRoomArea Area, IReadOnlyList<string> Columns, IReadOnlyList<string> Usual)
{
    /// <summary>What the list calls the name.</summary>
    public string NameKey { get; init; } = "cr.field.name";

    /// <summary>
    /// True where a change may let somebody in or give them more: it needs a fresh login. False only for names and texts that are shown,
    /// and for what users say of themselves.
    /// </summary>
    public bool IsSensitive { get; init; } = true;

    /// <summary>What a new object begins with, as text.</summary>
    public string Draft { get; init; } = "";

    /// <summary>Id of the operation that lists the objects.</summary>
    public string List => $"adminList{Kind.Id}s";

    public string Get => $"adminGet{Kind.Id}";

    public string Create => $"adminCreate{Kind.Id}";

    public string Replace => $"adminReplace{Kind.Id}";

    public string Change => $"adminChange{Kind.Id}";

    public string Delete => $"adminDelete{Kind.Id}";

    /// <summary>Id of the operation that makes a new secret; null where objects have no list of secrets.</summary>
    public string? Rotate => Kind.SecretList is null ? null : $"adminRotate{Kind.Id}Secret";

    /// <summary>The last part of the path of its list.</summary>
    public string Slug => Kind.Path[1..];

    /// <summary>Path of the page of an object.</summary>
    public string PathOf(string name) => $"{Area.Path}/{Uri.EscapeDataString(name)}";
}

/// <summary>The kinds that share one implementation of their pages.</summary>
internal static class ObjectKinds
{
    private const string Base = "/admin/objects";

    /// <summary>In the order of the navigation.</summary>
    public static IReadOnlyList<ObjectKind> All { get; } =
    [
        Of(ObjectAreas.Scopes, "cr.nav.scopes", ["display_name", "claims"], ["display_name", "description", "claims"]) with
        {
            IsSensitive = false,
            Draft = "name: \ndisplay_name: \nclaims: []\n",
        },
        Of(ObjectAreas.Claims, "cr.nav.claims", ["source", "destinations"], ["destinations"]) with
        {
            Draft = "name: \nsource: static\nvalue: \ndestinations: [access_token]\n",
        },
        Of(
            ObjectAreas.UserAttributes, "cr.nav.user_attributes", ["display_name", "type"],
            ["display_name", "readable_by", "writable_by", "searchable"]) with
        {
            IsSensitive = false,
            Draft = "name: \ndisplay_name: \ntype: string\nreadable_by: [user]\n",
        },
        Of(
            ObjectAreas.ApiResources, "cr.nav.api_resources", ["display_name", "scopes", "enabled"],
            ["display_name", "enabled", "scopes", "claims"]) with
        {
            Draft = "name: \ndisplay_name: \nscopes: []\nclient_secrets: [{ value: \"generate:\" }]\n",
        },
        Of(ObjectAreas.Roles, "cr.nav.roles", ["permissions"], ["description", "permissions", "require_mfa", "mfa_grace_until"]) with
        {
            Draft = "name: \ndescription: \npermissions: []\n",
        },
        Of(ObjectAreas.Tenants, "cr.nav.tenants", ["contacts", "enabled"], ["enabled", "require_exp", "contacts"]) with
        {
            Draft = "alias: \napi_keys: [{ value: \"generate:\" }]\ncontacts: []\n",
        },
        Of(
            ObjectAreas.ApiKeys, ControlRoomArea.For($"{Base}/api-keys", "cr.nav.api_keys", Permissions.ApiKeyRead),
            ["organization", "permissions", "enabled"], ["enabled", "organization", "permissions", "expires_at"]) with
        {
            Draft = "name: \nvalue: \"generate:\"\norganization: \npermissions: []\n",
        },
    ];

    /// <summary>The kind of this part of a path; null where there is none.</summary>
    public static ObjectKind? Find(string? slug) => All.FirstOrDefault(kind => kind.Slug == slug);

    private static ObjectKind Of(ObjectArea kind, string textKey, IReadOnlyList<string> columns, IReadOnlyList<string> usual) =>
        Of(kind, ControlRoomArea.OfInstallation(Base + kind.Path, textKey), columns, usual);

    private static ObjectKind Of(ObjectArea kind, ControlRoomArea area, IReadOnlyList<string> columns, IReadOnlyList<string> usual) =>
        new(kind, area, columns, usual);
}
