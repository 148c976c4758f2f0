using System.Net.Sockets;
using System.Text.RegularExpressions;
using Npgsql;

namespace IdentityHub.Storage.Postgres;

/// <summary>What an administrator can do about a failure of PostgreSQL, where its own message does not say.</summary>
public static partial class PostgresAdvice
{
    private const string Recipe = "docs/production.md has the roles and their rights.";

    /// <summary>One or two sentences; null where there is nothing to add.</summary>
    /// <param name="role">The user name of the connection string; null where it names none.</param>
    public static string? For(Exception exception, string? role)
    {
        foreach (var cause in CausesOf(exception))
        {
            if (cause is PostgresException failure)
                return For(failure, string.IsNullOrEmpty(role) ? "the role of ConnectionStrings:IdentityHub" : role);
        }

        return null;
    }

    /// <summary>What to say where the name of the server has led to no address; null where that is not what failed.</summary>
    /// <param name="host">As the connection string names it.</param>
    public static string? NameFaultOf(Exception exception, string? host)
    {
        foreach (var cause in CausesOf(exception))
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData }:
                    return $"no name server knows the host '{host}'";
                case SocketException { SocketErrorCode: SocketError.TryAgain }:
                    return $"the name server does not answer for the host '{host}'";
            }
        }

        return null;
    }

    /// <summary>The exception, and what lies below it.</summary>
    internal static IEnumerable<Exception> CausesOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    private static string? For(PostgresException failure, string role) => failure.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege => Missing(failure.MessageText, role),
        PostgresErrorCodes.DuplicatePreparedStatement or PostgresErrorCodes.InvalidSqlStatementName =>
            $"{failure.MessageText} ({failure.SqlState}): the database is behind a connection pooler in transaction mode, which loses "
                + "prepared statements. "
                + "Set 'Max Auto Prepare=0' in ConnectionStrings:IdentityHub, or leave it out.",
        _ => null,
    };

    private static string Missing(string message, string role)
    {
        var text = $"The database refuses {role}: {message} (42501).";
        var denied = Denied().Match(message);
        var name = denied.Groups[2].Value;
        return denied.Groups[1].Value switch
        {
            "table" or "relation" or "view" =>
                $"{text} As the owner of the table: GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {role}; {Recipe}",
            "sequence" => $"{text} As the owner of the sequence: GRANT USAGE, SELECT ON SEQUENCE {name} TO {role}; {Recipe}",
            "schema" =>
                $"{text} As the owner of the schema: GRANT USAGE ON SCHEMA {name} TO {role}; tables are made and changed by the role that "
                    + $"owns them: run hub db migrate as that one. {Recipe}",
            "database" => $"{text} As the owner of the database: GRANT CONNECT ON DATABASE {name} TO {role}; {Recipe}",
            _ => $"{text} Only the owner may do this: run hub db migrate as the role that owns the tables. {Recipe}",
        };
    }

    [GeneratedRegex(@"^permission denied for (\w+) (\S+)")]
    private static partial Regex Denied();
}
