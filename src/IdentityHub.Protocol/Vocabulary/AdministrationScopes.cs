namespace IdentityHub.Protocol.Vocabulary;

/// <summary>
/// The scopes of the administration API. They need no definition, and bring no claims. A scope that writes is one that reads as well;
/// <see cref="AdministratorScope"/> is both for every area. Decision 0041.
/// </summary>
public static class AdministrationScopes
{
    /// <summary>To read in every area.</summary>
    public const string Read = "admin.read";

    /// <summary>To write, and to read, in every area.</summary>
    public const string Write = "admin.write";

    /// <summary>Names of the areas, as they stand in scopes.</summary>
    public static IReadOnlyList<string> Areas { get; } =
    [
        "users", "organizations", "roles", "clients", "resources", "api_keys", "tenants", "sessions", "dialects", "keys", "config", "audit",
        "outbox", "templates",
    ];

    /// <summary>
    /// Every scope that needs no definition because it is for administration: <see cref="AdministratorScope"/> and that of directories,
    /// <see cref="ScimScope"/>, included.
    /// </summary>
    public static IReadOnlyList<string> All { get; } =
        [AdministratorScope.Name, ScimScope.Name, Read, Write, .. Areas.Select(ReadOf), .. Areas.Select(WriteOf)];

    /// <summary>The scope to read in one area: <c>admin.users.read</c>.</summary>
    public static string ReadOf(string area) => $"admin.{area}.read";

    /// <summary>The scope to write in one area: <c>admin.users.write</c>.</summary>
    public static string WriteOf(string area) => $"admin.{area}.write";

    /// <summary>True where one of the scopes allows all that another scope of the administration API allows.</summary>
    public static bool Cover(IReadOnlyList<string> held, string scope)
    {
        if (held.Contains(AdministratorScope.Name) || held.Contains(scope))
            return true;
        return scope switch
        {
            AdministratorScope.Name or Write => false,
            Read => held.Contains(Write),
            _ => Areas.FirstOrDefault(area => scope == ReadOf(area) || scope == WriteOf(area)) is { } area
                && For(area, scope == WriteOf(area)).Any(held.Contains),
        };
    }

    /// <summary>Which scopes let a call through; one of them is enough.</summary>
    public static IReadOnlyList<string> For(string area, bool isWrite) => isWrite
        ? [AdministratorScope.Name, Write, WriteOf(area)]
        : [AdministratorScope.Name, Write, WriteOf(area), Read, ReadOf(area)];
}
