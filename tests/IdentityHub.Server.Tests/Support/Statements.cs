using System.Collections.Concurrent;
using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>What an answer costs the database.</summary>
internal static class Statements
{
    // The look for a new configuration, for keys and for messages to send, and what is written down now and then.
    private static readonly string[] BesideRequests =
    [
        "config_",
        "FROM signing_keys",
        "FROM imported_keys",
        "audit_events",
        "SET locked_until",
        "last_seen_at = seen.at",
        "api_key_uses",
        "client_secret_uses",
        "dialect_days"
    ];

    /// <summary>The statements that are run from now on, but for those beside the requests.</summary>
    public static ConcurrentQueue<string> RecordStatements(this Hub hub)
    {
        var statements = new ConcurrentQueue<string>();
        hub.BeforeStatement = (statement, _) =>
        {
            if (statement != "BEGIN" && !Array.Exists(BesideRequests, part => statement.Contains(part, StringComparison.Ordinal)))
                statements.Enqueue(statement);
            return Task.CompletedTask;
        };
        return statements;
    }
}
