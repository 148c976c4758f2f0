using System.Text.Json;
using IdentityHub.Cli.Changes;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.ClientAccounts;

namespace IdentityHub.Cli.Db;

/// <summary>What was done to a user again, because the restored database does not know of it.</summary>
/// <param name="Done"><c>erased</c>, <c>disabled</c>, <c>password removed</c>, or two of them.</param>
internal sealed record RepeatedChange(Guid UserId, string Done);

/// <summary>
/// Audit rows from after a backup. A row tells of what was done before it was written, so where the restored trail has the row, the
/// restored database has the change.
/// </summary>
internal sealed class LostChanges
{
    private const string HasRowSql = "SELECT 1 FROM audit_events WHERE trace_id = $1 AND type = $2 AND user_id = $3 LIMIT 1";
    private const string HasKeyRowSql = "SELECT 1 FROM audit_events WHERE trace_id = $1 AND type = $2 LIMIT 1";

    // Not the rows of an earlier call of this command: they are in no file from before.
    private const string RowsSinceSql =
        """
        SELECT trace_id, type FROM audit_events
        WHERE at >= $1 AND NOT (endpoint = 'hub' AND COALESCE(detail, '') LIKE '%hub db restored%')
        """;

    private const string HasUserSql = "SELECT id FROM users WHERE id = $1";
    private const string DisableSql = "UPDATE users SET disabled_at = COALESCE(disabled_at, $1) WHERE id = $2";

    private const string RemovePasswordSql =
        """
        UPDATE users SET password_hash = NULL, client_verifier = NULL, client_verifier_stamp = NULL, security_stamp = $1, concurrency_stamp = $2
        WHERE id = $3
        """;

    // What each type of an event asks to be done again; the others ask for nothing.
    private static readonly Dictionary<string, Lost> Types = new(StringComparer.Ordinal)
    {
        ["user.erased"] = Lost.Erased,
        ["user.blocked"] = Lost.Blocked,
        ["user.disabled"] = Lost.Blocked,
        ["user.unblocked"] = Lost.Unblocked,
        ["user.enabled"] = Lost.Unblocked,
        ["password.changed"] = Lost.Password,
        ["password.reset"] = Lost.Password,
        ["password.forced"] = Lost.Password,
        ["second_factor.removed"] = Lost.Credential,
        ["second_factor.reset"] = Lost.Credential,
        ["passkey.removed"] = Lost.Credential,
        ["user.address_changed"] = Lost.Credential,
        ["user.address_undone"] = Lost.Credential,
    };

    private readonly List<Line> _lines;
    private readonly List<KeyLine> _keys;
    private readonly HashSet<(Guid Trace, string Type)> _rows;
    private readonly DateTimeOffset? _begin;

    private LostChanges(List<Line> lines, List<KeyLine> keys, HashSet<(Guid Trace, string Type)> rows, DateTimeOffset? begin) =>
        (_lines, _keys, _rows, _begin) = (lines, keys, rows, begin);

    [Flags]
    private enum Lost
    {
        None = 0,
        Erased = 1,
        Blocked = 2,
        Unblocked = 4,
        Password = 8,
        Credential = 16,
    }

    /// <summary>Reads a file of <c>hub audit query --json</c> or <c>hub audit tail --json</c>.</summary>
    /// <exception cref="CommandException">A line is no audit row; says which.</exception>
    public static async Task<LostChanges> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var (lines, keys, rows) = (new List<Line>(), new List<KeyLine>(), new HashSet<(Guid Trace, string Type)>());
        DateTimeOffset? begin = null;
        var number = 0;
        await foreach (var text in File.ReadLinesAsync(file, cancellationToken))
        {
            number++;
            if (text.Length == 0)
                continue;
            try
            {
                var row = JsonElement.Parse(text);
                if (LineOf(row) is { } line)
                    lines.Add(line);
                var (at, trace, type) = (row.GetProperty("at").GetDateTimeOffset(), TraceOf(row), row.GetProperty("event").GetString()!);
                if (type is ApiKeyEvents.Revoked or ApiKeyEvents.Rotated)
                    keys.Add(new KeyLine(type, row.GetProperty("client_id").GetString()!, trace));
                rows.Add((trace, type));
                begin = begin is null || at < begin ? at : begin;
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                throw new CommandException(
                    $"{file}:{number} is no audit row of 'hub audit query --json'. Nothing was changed.", fault);
            }
        }

        return new LostChanges([.. lines.OrderBy(static line => line.At)], keys, rows, begin);
    }

    /// <summary>
    /// True where the file begins before the moment of the restore and was not filtered: it has every row, and at least one, that the
    /// restored trail has since the first row of the file. Call it before rows are added to the trail.
    /// </summary>
    public async Task<bool> CoverAsync(HubDatabase database, CancellationToken cancellationToken)
    {
        if (_begin is not { } begin)
            return false;
        var known = await database.Call(RowsSinceSql).With(begin)
            .ListAsync(static row => (row.Guid("trace_id"), row.Text("type")), cancellationToken);
        return known.Count > 0 && known.TrueForAll(_rows.Contains);
    }

    /// <summary>
    /// Names of the API keys that were revoked or rotated since the backup. The successor of a rotated key is lost, and the old one would
    /// live on. Call it before rows are added to the trail.
    /// </summary>
    public async Task<IReadOnlyCollection<string>> FindApiKeysAsync(HubDatabase database, CancellationToken cancellationToken)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var key in _keys)
        {
            var known = await database.Call(HasKeyRowSql).With(key.Trace).With(key.Type)
                .ListAsync(static row => row.Int(), cancellationToken);
            if (known.Count == 0)
                names.Add(key.Name);
        }

        return names;
    }

    /// <summary>Users of this database for whom something is to be done again. Call it before rows are added to the trail.</summary>
    public async Task<IReadOnlyList<(Guid UserId, string Done)>> FindAsync(HubDatabase database, CancellationToken cancellationToken)
    {
        var lost = new Dictionary<Guid, Lost>();
        foreach (var line in _lines)
        {
            var known = await database.Call(HasRowSql).With(line.Trace).With(line.Type).With(line.User)
                .ListAsync(static row => row.Int(), cancellationToken);
            if (known.Count > 0)
                continue;
            var before = lost.GetValueOrDefault(line.User);
            lost[line.User] = Types[line.Type] == Lost.Unblocked ? before & ~Lost.Blocked : before | Types[line.Type];
        }

        var found = new List<(Guid, string)>();
        foreach (var (user, change) in lost)
        {
            var there = await database.Call(HasUserSql).With(user).ListAsync(static row => row.Guid(), cancellationToken);
            if (there.Count > 0 && DoneFor(change) is { Length: > 0 } done)
                found.Add((user, done));
        }

        return found;
    }

    /// <summary>Does it again, each user in a transaction with its audit row.</summary>
    public static async Task<IReadOnlyList<RepeatedChange>> RepeatAsync(
        HubDatabase database, IReadOnlyList<(Guid UserId, string Done)> users, CancellationToken cancellationToken)
    {
        var repeated = new List<RepeatedChange>();
        foreach (var (user, done) in users)
        {
            if (done == Erasure)
                await EraseAsync(database, user, cancellationToken);
            else
                await ChangeAsync(database, user, done, cancellationToken);
            repeated.Add(new RepeatedChange(user, done));
        }

        return repeated;
    }

    private const string Erasure = "erased";
    private const string Disabling = "disabled";
    private const string PasswordRemoval = "password removed";

    private static string DoneFor(Lost change) => change.HasFlag(Lost.Erased)
        ? Erasure
        : string.Join(
            ", ",
            new[]
            {
                (change & (Lost.Blocked | Lost.Credential)) != 0 ? Disabling : "",
                change.HasFlag(Lost.Password) ? PasswordRemoval : "",
            }.Where(static done => done.Length > 0));

    private static Line? LineOf(JsonElement row)
    {
        var type = row.GetProperty("event").GetString()!;
        var user = row.GetProperty("user_id");
        return Types.ContainsKey(type) && user.ValueKind != JsonValueKind.Null
            ? new Line(
                row.GetProperty("at").GetDateTimeOffset(), type, user.GetGuid(), TraceOf(row))
            : null;
    }

    private static Guid TraceOf(JsonElement row) => Guid.ParseExact(row.GetProperty("trace_id").GetString()!, "N");

    private static Task<bool> EraseAsync(HubDatabase database, Guid user, CancellationToken cancellationToken) =>
        new AccountErasureStore(database).TryEraseAgainAsync(
            user, SessionEndReasons.UserErased, TimeProvider.System.GetUtcNow(),
            (transaction, _, token) =>
                AuditedChange.WriteAsync(transaction, "user.erased", user, null, "erased again by hub db restored", token),
            cancellationToken);

    private static Task<bool> ChangeAsync(HubDatabase database, Guid user, string done, CancellationToken cancellationToken) =>
        database.RunAsync(
            user,
            async transaction =>
            {
                if (done.Contains(Disabling, StringComparison.Ordinal))
                {
                    await transaction.Call(DisableSql).With(TimeProvider.System.GetUtcNow()).With(user).ExecuteAsync(cancellationToken);
                    await AuditedChange.WriteAsync(
                        transaction, "user.disabled", user, null,
                        "disabled by hub db restored, because of a change that the restored database does not have", cancellationToken);
                }

                if (done.Contains(PasswordRemoval, StringComparison.Ordinal))
                {
                    await transaction.Call(RemovePasswordSql)
                        .With(Guid.NewGuid().ToString("N")).With(Guid.NewGuid().ToString()).With(user).ExecuteAsync(cancellationToken);
                    await AuditedChange.WriteAsync(
                        transaction, "password.forced", user, null,
                        "the password was removed by hub db restored, because it was changed after the backup", cancellationToken);
                }

                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    private sealed record Line(DateTimeOffset At, string Type, Guid User, Guid Trace);

    private sealed record KeyLine(string Type, string Name, Guid Trace);
}
