using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace IdentityHub.Cli.Tests.Import.IdentityServer;

/// <summary>A database of an IdentityServer and of ASP.NET Core Identity, with the columns of the public schemas.</summary>
internal sealed class IdentityServerDatabase : IAsyncDisposable
{
    private const string Usual = "Id:key Enabled:flag Name:text DisplayName:text Description:text";

    // Duende IdentityServer 7.
    private static readonly Dictionary<string, string> Configuration = new()
    {
        ["Clients"] =
            "Id:key Enabled:flag ClientId:text ProtocolType:text RequireClientSecret:flag ClientName:text Description:text "
                + "ClientUri:text LogoUri:text RequireConsent:flag AllowRememberConsent:flag AlwaysIncludeUserClaimsInIdToken:flag "
                + "RequirePkce:flag AllowPlainTextPkce:flag RequireRequestObject:flag AllowAccessTokensViaBrowser:flag RequireDPoP:flag "
                + "DPoPValidationMode:number FrontChannelLogoutUri:text FrontChannelLogoutSessionRequired:flag BackChannelLogoutUri:text "
                + "BackChannelLogoutSessionRequired:flag AllowOfflineAccess:flag IdentityTokenLifetime:number "
                + "AllowedIdentityTokenSigningAlgorithms:text AccessTokenLifetime:number AuthorizationCodeLifetime:number "
                + "ConsentLifetime:number AbsoluteRefreshTokenLifetime:number SlidingRefreshTokenLifetime:number RefreshTokenUsage:number "
                + "UpdateAccessTokenClaimsOnRefresh:flag RefreshTokenExpiration:number AccessTokenType:number EnableLocalLogin:flag "
                + "IncludeJwtId:flag AlwaysSendClientClaims:flag ClientClaimsPrefix:text PairWiseSubjectSalt:text InitiateLoginUri:text "
                + "UserSsoLifetime:number UserCodeType:text DeviceCodeLifetime:number CibaLifetime:number PollingInterval:number "
                + "CoordinateLifetimeWithUserSession:flag PushedAuthorizationLifetime:number RequirePushedAuthorization:flag Created:time "
                + "Updated:time LastAccessed:time NonEditable:flag",
        ["ClientGrantTypes"] = "Id:key GrantType:text ClientId:number",
        ["ClientRedirectUris"] = "Id:key RedirectUri:text ClientId:number",
        ["ClientPostLogoutRedirectUris"] = "Id:key PostLogoutRedirectUri:text ClientId:number",
        ["ClientCorsOrigins"] = "Id:key Origin:text ClientId:number",
        ["ClientScopes"] = "Id:key Scope:text ClientId:number",
        ["ClientClaims"] = "Id:key Type:text Value:text ClientId:number",
        ["ClientIdPRestrictions"] = "Id:key Provider:text ClientId:number",
        ["ClientProperties"] = "Id:key Key:text Value:text ClientId:number",
        ["ClientSecrets"] = "Id:key ClientId:number Description:text Value:text Expiration:time Type:text Created:time",
        ["ApiScopes"] = Usual + " Required:flag Emphasize:flag ShowInDiscoveryDocument:flag Created:time Updated:time NonEditable:flag",
        ["ApiScopeClaims"] = "Id:key ScopeId:number Type:text",
        ["ApiScopeProperties"] = "Id:key ScopeId:number Key:text Value:text",
        ["ApiResources"] = Usual + " AllowedAccessTokenSigningAlgorithms:text ShowInDiscoveryDocument:flag RequireResourceIndicator:flag "
            + "Created:time NonEditable:flag",
        ["ApiResourceScopes"] = "Id:key Scope:text ApiResourceId:number",
        ["ApiResourceClaims"] = "Id:key ApiResourceId:number Type:text",
        ["ApiResourceSecrets"] = "Id:key ApiResourceId:number Description:text Value:text Expiration:time Type:text Created:time",
        ["ApiResourceProperties"] = "Id:key ApiResourceId:number Key:text Value:text",
        ["IdentityResources"] = Usual + " Required:flag Emphasize:flag ShowInDiscoveryDocument:flag Created:time NonEditable:flag",
        ["IdentityResourceClaims"] = "Id:key IdentityResourceId:number Type:text",
        ["IdentityResourceProperties"] = "Id:key IdentityResourceId:number Key:text Value:text",
        ["IdentityProviders"] = "Id:key Scheme:text DisplayName:text Enabled:flag Type:text Properties:text",
        ["Keys"] = "Id:text Version:number Created:time Use:text Algorithm:text DataProtected:flag Data:text",
        ["PersistedGrants"] = "Id:key Key:text Type:text SubjectId:text Data:text",
    };

    // IdentityServer4 before version 4: a scope belongs to an API, and some tables have other names.
    private static readonly Dictionary<string, string> Version3 = Configuration
        .Where(table => table.Key.StartsWith("Client", StringComparison.Ordinal))
        .Append(new("ApiResources", Usual + " Created:time NonEditable:flag"))
        .Append(new("ApiScopes", "Id:key Name:text DisplayName:text Required:flag Emphasize:flag ApiResourceId:number"))
        .Append(new("ApiScopeClaims", "Id:key Type:text ApiScopeId:number"))
        .Append(new("ApiClaims", "Id:key Type:text ApiResourceId:number"))
        .Append(new("ApiSecrets", "Id:key Value:text Expiration:time Type:text ApiResourceId:number"))
        .Append(new("IdentityResources", Usual + " Required:flag Emphasize:flag"))
        .Append(new("IdentityClaims", "Id:key Type:text IdentityResourceId:number"))
        .ToDictionary();

    private static readonly Dictionary<string, string> Users = new()
    {
        ["AspNetUsers"] =
            "Id:text UserName:text NormalizedUserName:text Email:text NormalizedEmail:text EmailConfirmed:flag PasswordHash:text "
                + "SecurityStamp:text ConcurrencyStamp:text PhoneNumber:text PhoneNumberConfirmed:flag TwoFactorEnabled:flag "
                + "LockoutEnd:time LockoutEnabled:flag AccessFailedCount:number FirstName:text Department:text",
        ["AspNetUserClaims"] = "Id:key UserId:text ClaimType:text ClaimValue:text",
        ["AspNetUserLogins"] = "LoginProvider:text ProviderKey:text ProviderDisplayName:text UserId:text",
        ["AspNetUserTokens"] = "UserId:text LoginProvider:text Name:text Value:text",
        ["AspNetUserRoles"] = "UserId:text RoleId:text",
        ["AspNetRoleClaims"] = "Id:key RoleId:text ClaimType:text ClaimValue:text",
        ["AspNetUserPasskeys"] = "CredentialId:text UserId:text Data:text",
        ["AspNetRoles"] = "Id:text Name:text NormalizedName:text ConcurrencyStamp:text",
    };

    private readonly TestDatabase _database;
    private readonly DbConnection _connection;
    private readonly string _schema;
    private readonly Dictionary<string, string> _columns = [];
    private int _id;

    private IdentityServerDatabase(TestDatabase database, DbConnection connection, string? schema) =>
        (_database, _connection, _schema) = (database, connection, schema is null ? "" : $"\"{schema}\".");

    public string ConnectionString => _database.ConnectionString;

    /// <param name="schema">Of PostgreSQL.</param>
    public static async Task<IdentityServerDatabase> CreateAsync(DatabaseKind kind, string? schema = null)
    {
        var database = await TestDatabase.CreateEmptyAsync(kind);
        DbConnection connection = kind == DatabaseKind.Postgres
            ? new NpgsqlConnection(database.ConnectionString + ";Pooling=false")
            : new SqliteConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        var created = new IdentityServerDatabase(database, connection, schema);
        if (schema is not null)
            await created.ExecuteAsync($"CREATE SCHEMA \"{schema}\"");
        return created;
    }

    public async Task<IdentityServerDatabase> WithConfigurationAsync() => await WithAsync(Configuration);

    public async Task<IdentityServerDatabase> WithVersion3Async() => await WithAsync(Version3);

    public async Task<IdentityServerDatabase> WithUsersAsync() => await WithAsync(Users);

    /// <summary>SHA-256 or SHA-512 of a secret in base64, as IdentityServer stores it.</summary>
    public static string Hash(string secret, bool isSha512 = false)
    {
        var utf8 = Encoding.UTF8.GetBytes(secret);
        return Convert.ToBase64String(isSha512 ? SHA512.HashData(utf8) : SHA256.HashData(utf8));
    }

    /// <summary>A client as IdentityServer stores one that says nothing else, with a grant and a secret where they are given.</summary>
    /// <returns>The id of its row.</returns>
    public async Task<int> AddClientAsync(
        string clientId, string? grants = null, string? secret = null, string? scopes = null, string? redirectUri = null,
        params (string Column, object? Value)[] more)
    {
        (string Column, object? Value)[] usual =
        [
            ("Enabled", true), ("ClientId", clientId), ("ProtocolType", "oidc"), ("RequireClientSecret", true), ("RequireConsent", false),
            ("AllowRememberConsent", true), ("RequirePkce", true), ("AllowOfflineAccess", false), ("IdentityTokenLifetime", 300),
            ("AccessTokenLifetime", 3600), ("AuthorizationCodeLifetime", 60), ("AbsoluteRefreshTokenLifetime", 2592000),
            ("SlidingRefreshTokenLifetime", 1296000), ("RefreshTokenUsage", 1), ("RefreshTokenExpiration", 1), ("AccessTokenType", 0),
            ("EnableLocalLogin", true), ("IncludeJwtId", true), ("ClientClaimsPrefix", "client_"), ("DeviceCodeLifetime", 300),
            ("BackChannelLogoutSessionRequired", true), ("FrontChannelLogoutSessionRequired", true), ("NonEditable", false),
        ];
        var id = await AddAsync(
            "Clients", [.. usual.Where(column => Array.TrueForAll(more, other => other.Column != column.Column)), .. more]);
        foreach (var grant in grants?.Split(' ') ?? [])
            await AddAsync("ClientGrantTypes", ("GrantType", grant), ("ClientId", id));
        foreach (var scope in scopes?.Split(' ') ?? [])
            await AddAsync("ClientScopes", ("Scope", scope), ("ClientId", id));
        if (secret is not null)
            await AddAsync("ClientSecrets", ("Value", Hash(secret)), ("Type", "SharedSecret"), ("ClientId", id));
        if (redirectUri is not null)
            await AddAsync("ClientRedirectUris", ("RedirectUri", redirectUri), ("ClientId", id));
        return id;
    }

    /// <summary>A row.</summary>
    /// <returns>Its id, where the table counts them.</returns>
    public async Task<int> AddAsync(string table, params (string Column, object? Value)[] values)
    {
        var id = ++_id;
        if (_columns[table].StartsWith("Id:key", StringComparison.Ordinal))
            values = [("Id", id), .. values];
        await using var command = _connection.CreateCommand();
        command.CommandText =
            $"INSERT INTO {_schema}\"{table}\" ({string.Join(", ", values.Select(value => $"\"{value.Column}\""))}) "
                + $"VALUES ({string.Join(", ", values.Select((_, i) => $"@p{i}"))})";
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            parameter.Value = values[i].Value is DateTimeOffset time ? time.UtcDateTime : values[i].Value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync();
        return id;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task<IdentityServerDatabase> WithAsync(Dictionary<string, string> tables)
    {
        foreach (var (table, columns) in tables)
        {
            _columns[table] = columns;
            var typed = columns.Split(' ').Select(column => column.Split(':')).Select(column => $"\"{column[0]}\" {TypeOf(column[1])}");
            await ExecuteAsync($"CREATE TABLE {_schema}\"{table}\" ({string.Join(", ", typed)})");
        }

        return this;
    }

    private string TypeOf(string type) => (type, _database.Kind) switch
    {
        ("key", _) => "INTEGER PRIMARY KEY",
        ("number", _) => "INTEGER",
        ("flag", DatabaseKind.Postgres) => "BOOLEAN",
        ("flag", _) => "INTEGER",
        ("time", DatabaseKind.Postgres) => "TIMESTAMP WITH TIME ZONE",
        _ => "TEXT",
    };
}
