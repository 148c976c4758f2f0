using System.CommandLine;
using IdentityHub.Cli.Users;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Import.IdentityServer;

/// <summary><c>hub import identityserver</c>.</summary>
internal static class IdentityServerCommand
{
    private const string Setting = "IdentityServer";
    private const string UsersSetting = "IdentityServerUsers";

    private const string Description =
        """
        Writes the clients, scopes and APIs of an IdentityServer as configuration files, and its users as a file for 'hub users import'.

        Reads the configuration store of IdentityServer4, Open.IdentityServer and Duende IdentityServer on PostgreSQL or SQLite, or the section
        IdentityServer of an appsettings.json, and the users of ASP.NET Core Identity. The databases are not changed, and the database of this
        server is not needed. Clients keep their secrets, and users their passwords. What has no counterpart is reported, with what to do; the
        files that are written have no fault.

        Examples:
          hub import identityserver --connection 'Data Source=is.db' --out config
          ConnectionStrings__IdentityServer='Host=db1;Database=is;Username=is;Password=…' hub import identityserver --schema idsrv
          hub import identityserver --appsettings appsettings.json --users-connection 'Data Source=users.db'
        """;

    private static readonly Option<string?> Connection = SourceConnection.New(
        "--connection", "The configuration of IdentityServer", Setting);

    private static readonly Option<string?> UsersConnection = SourceConnection.New(
        "--users-connection", "The users, where they are in another database than the configuration", UsersSetting);

    private static readonly Option<FileInfo> AppSettings = new Option<FileInfo>("--appsettings")
    {
        Description = "A settings file with the section IdentityServer, in place of --connection.",
        HelpName = "file",
    }.AcceptExistingOnly();

    private static readonly Option<string?> Schema = new("--schema")
    {
        Description = "The schema of the tables of the configuration on PostgreSQL. [default: the one that the connection works in]",
        HelpName = "name",
    };

    private static readonly Option<string?> UsersSchema = new("--users-schema")
    {
        Description = "The schema of the tables of the users on PostgreSQL. [default: as --schema]",
        HelpName = "name",
    };

    public static Command Create()
    {
        var command = new Command("identityserver", Description)
        {
            Connection, AppSettings, Schema, UsersConnection, UsersSchema, TypedPhoneNumber.Region,
        };
        ImportTarget.AddOptionsTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (target, report, now) = (new ImportTarget(parsed), new ImportReport(), TimeProvider.System.GetUtcNow());
        var appSettings = parsed.GetValue(AppSettings);
        var connection = appSettings is null || parsed.GetResult(Connection) is not null
            ? SourceConnection.Read(parsed, Connection, Setting) : null;
        var usersConnection = SourceConnection.Read(parsed, UsersConnection, UsersSetting);
        if (connection is not null && appSettings is not null)
            throw new CommandException("Name either --connection or --appsettings: both are the configuration.");
        if (connection is null && appSettings is null && usersConnection is null)
            throw new CommandException(
                $"There is nothing to import: name the database of IdentityServer (ConnectionStrings__{Setting} or --connection), its "
                    + "settings file (--appsettings) or the database of its users (--users-connection).");
        target.RefuseWhatIsThere();

        var schema = parsed.GetValue(Schema);
        await using var database = connection is null ? null : await SourceDatabase.OpenAsync(connection, schema, cancellationToken);
        var source = database is not null ? await ConfigurationTables.ReadAsync(database, report, cancellationToken)
            : appSettings is not null ? AppSettingsFile.Read(appSettings, report)
            : ConfigurationSource.Empty;
        var document = Convert(source, now);
        var users = await WriteUsersAsync();
        return await new ImportResult(parsed, target, report, "IdentityServer").WriteAsync(document, users, cancellationToken);

        async Task<int?> WriteUsersAsync()
        {
            var usersSchema = parsed.GetValue(UsersSchema) ?? (usersConnection is null ? schema : null);
            var isOther = usersConnection is not null || (connection is not null && usersSchema != schema);
            await using var other = isOther
                ? await SourceDatabase.OpenAsync(usersConnection ?? connection!, usersSchema, cancellationToken) : null;
            var of = other ?? database;
            if (of?.Has(IdentityUsers.Table) != true)
                return isOther ? throw await NoUsersAsync(other!, cancellationToken) : null;
            var users = new IdentityUsers(of, report, parsed.GetValue(TypedPhoneNumber.Region), now);
            return await target.WriteUsersAsync(report, total: null, lines => users.WriteAsync(lines, cancellationToken));
        }
    }

    private static ConfigDocument Convert(ConfigurationSource source, DateTimeOffset now)
    {
        var clientIds = source.Clients.Select(client => client.Text("ClientId")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var resources = new ResourceConversion(now).Convert(source, clientIds);
        var conversion = new ClientConversion(resources.Scopes.Select(scope => scope.Name).ToHashSet(StringComparer.Ordinal), now);
        var clients = new Dictionary<string, ClientDefinition>(StringComparer.Ordinal);
        foreach (var client in source.Clients)
        {
            if (conversion.Convert(client) is { } definition && !clients.TryAdd(definition.ClientId, definition))
                client.ReportLeftOut("another client of the source has the same ClientId.");
        }

        return new ConfigDocument { Clients = [.. clients.Values], Scopes = resources.Scopes, ApiResources = resources.Apis };
    }

    private static async Task<CommandException> NoUsersAsync(SourceDatabase database, CancellationToken cancellationToken)
    {
        var schemas = await database.FindSchemasAsync(IdentityUsers.Table, cancellationToken);
        return new CommandException(
            schemas.Count > 0
                ? $"The table '{IdentityUsers.Table}' is in the schema {string.Join(" or ", schemas.Select(schema => $"'{schema}'"))}: "
                    + "name it with --users-schema."
                : $"The database of the users has no table '{IdentityUsers.Table}': it is none of ASP.NET Core Identity.");
    }
}
