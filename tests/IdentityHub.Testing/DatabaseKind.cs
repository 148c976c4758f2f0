namespace IdentityHub.Testing;

/// <summary>The databases that one model runs on.</summary>
public enum DatabaseKind
{
    Sqlite,
    Postgres,
}
