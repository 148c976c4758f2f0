using System.Text.Json;
using IdentityHub.Cli.Changes;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.Audit.Reading;
using IdentityHub.Storage.ClientAccounts;
using IdentityHub.Storage.Installation;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Db;

/// <summary>What is done to a user again, because the restored database does not know of it.</summary>
/// <param name="Done"><c>erased</c>, <c>disabled</c>, <c>password removed</c>, or two of them; empty where nothing can be done.</param>
/// <param name="Note">What the administrator must know, or decide; null for nothing.</param>
internal sealed record RepeatedChange(Guid UserId, string UserName, string Done, string? Note);

/// <summary>
/// Audit rows from after a backup. A row tells of what was done before it was written, so where the restored trail has the row, the
/// restored database has the change.
/// </summary>
internal sealed class LostChanges
{
    private const string HasRowSql = "SELECT 1 FROM audit_events WHERE trace_id = $1 AND type = $2 AND user_id = $3 LIMIT 1";
    private const string HasKeyRowSql = "SELECT 1 FROM audit_events WHERE trace_id = $1 AND type = $2 LIMIT 1";

    private const string FindUserSql = "SELECT user_name FROM users WHERE id = $1";

    private const string AdministratorsSql =
        """
        SELECT u.id FROM users u JOIN user_roles h ON h.user_id = u.id JOIN roles r ON r.id = h.role_id
        WHERE r.normalized_name = $1 AND u.disabled_at IS NULL
        """;

    private const string DisableSql = "UPDATE users SET disabled_at = COALESCE(disabled_at, $1) WHERE id = $2";

    private const string RemovePasswordSql =
        """
        UPDATE users SET password_hash = NULL, client_verifier = NULL, client_verifier_stamp = NULL, security_stamp = $1, concurrency_stamp = $2
        WHERE id = $3
        """;

    private readonly List<Line> _lines = [];
    private readonly List<KeyLine> _keys = [];
    private readonly HashSet<(Guid Trace, string Type)> _rows = [];
    private readonly List<(DateTimeOffset From, DateTimeOffset Until)> _spans = [];
    private DateTimeOffset? _begin;

    private LostChanges()
    {
    }

    /// <summary>Reads a file of <c>hub audit changes</c>, or several that were joined.</summary>
    /// <param name="key">Signatures are checked with it; null: none is, and the file may be one of <c>hub audit query --json</c>.</param>
    /// <exception cref="CommandException">A line is no audit row, or the rows are not the signed ones; says which.</exception>
    public static async Task<LostChanges> ReadAsync(string file, KeyProtector? key, CancellationToken cancellationToken)
    {
        var changes = new LostChanges();
        using var signature = key is null ? null : new ChangesSignature(key);
        var (number, isSigned) = (0, false);
        await foreach (var text in File.ReadLinesAsync(file, cancellationToken))
        {
            number++;
            if (text.Length == 0)
                continue;
            try
            {
                var row = JsonElement.Parse(text);
                isSigned = row.GetProperty("event").GetString() == ChangesSignature.Event;
                if (!isSigned)
                    changes.Add(row);
                if (!isSigned)
                    signature?.Add(text);
                else if (signature is not null)
                    changes._spans.Add(signature.Verify(row) ?? throw NotSigned($"{file}:{number}"));
            }
            catch (Exception fault) when (
                fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
            {
                throw new CommandException(
                    $"{file}:{number} is no audit row of 'hub audit changes' or 'hub audit query --json'. Nothing was changed.", fault);
            }
        }

        return isSigned || key is null ? changes : throw NotSigned(file);
    }

    private static CommandException NotSigned(string place) => new(
        $"{place}: the rows are not those that 'hub audit changes' has signed with this key file. Changed rows could erase or disable "
            + "users. Nothing was changed. If you have read them yourself, give --unsigned-changes.");

    private void Add(JsonElement row)
    {
        if (LineOf(row) is { } line)
            _lines.Add(line);
        var (at, trace, type) = (row.GetProperty("at").GetDateTimeOffset(), TraceOf(row), row.GetProperty("event").GetString()!);
        if (type is ApiKeyEvents.Revoked or ApiKeyEvents.Rotated)
            _keys.Add(new KeyLine(type, row.GetProperty("client_id").GetString()!, trace));
        _rows.Add((trace, type));
        _begin = _begin is null || at < _begin ? at : _begin;
    }

    /// <summary>
    /// True where the file has every row since the moment of the restore, as far as can be seen: its signed spans begin before the newest
    /// row of the restored trail and have no gap after it. Without signatures: it has every row, and at least one, that the restored trail
    /// has since the first row of the file. Call it before rows are added to the trail.
    /// </summary>
    public async Task<bool> CoverAsync(HubDatabase database, CancellationToken cancellationToken)
    {
        if (_spans.Count > 0)
            return await CoverBySpansAsync(database, cancellationToken);
        if (_begin is not { } begin)
            return false;
        var known = await RestoredDatabase.TrailSinceAsync(database, begin, cancellationToken);
        return known.Count > 0 && known.TrueForAll(_rows.Contains);
    }

    private async Task<bool> CoverBySpansAsync(HubDatabase database, CancellationToken cancellationToken)
    {
        if (await RestoredDatabase.NewestOfTrailAsync(database, cancellationToken) is not { } newest)
            return false;

        // A row of this time may have become visible after the backup.
        var reached = newest - AuditFollower.LongLook;
        foreach (var (from, until) in _spans.OrderBy(static span => span.From))
        {
            if (from > reached)
                return false;
            reached = until > reached ? until : reached;
        }

        return true;
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

    /// <summary>
    /// Users of this database for whom something is to be done again, or to be decided. No row ends a block: a person who could leave out
    /// or reorder rows would end it. Call it before rows are added to the trail.
    /// </summary>
    public async Task<IReadOnlyList<RepeatedChange>> FindAsync(HubDatabase database, CancellationToken cancellationToken)
    {
        var lost = new Dictionary<Guid, Lost>();
        foreach (var line in _lines)
        {
            var known = await database.Call(HasRowSql).With(line.Trace).With(line.Type).With(line.User)
                .ListAsync(static row => row.Int(), cancellationToken);
            if (known.Count == 0)
                lost[line.User] = lost.GetValueOrDefault(line.User) | LostTypes.Of[line.Type];
        }

        var found = new List<RepeatedChange>();
        foreach (var (user, change) in lost)
        {
            var name = await database.Call(FindUserSql).With(user).FirstOrNullAsync(static row => row.Text(), cancellationToken);
            if (name is not null)
                found.Add(new RepeatedChange(user, name, DoneFor(change), NoteFor(change, name)));
        }

        return found;
    }

    /// <summary>
    /// True where the database has enabled administrators and all of them would be erased or disabled. A file that does so is a forged one,
    /// or needs an administrator to look at it.
    /// </summary>
    public static async Task<bool> LeaveNoAdministratorAsync(
        HubDatabase database, IReadOnlyList<RepeatedChange> users, CancellationToken cancellationToken)
    {
        var administrators = await database.Call(AdministratorsSql).With(NameNormalizer.Normalize(BuiltInRoles.Admin))
            .ListAsync(static row => row.Guid(), cancellationToken);
        var gone = users.Where(static user => IsErased(user) || IsDisabled(user)).Select(static user => user.UserId).ToHashSet();
        return administrators.Count > 0 && administrators.TrueForAll(gone.Contains);
    }

    /// <summary>Does it again, each user in a transaction with its audit row.</summary>
    public static async Task RepeatAsync(
        HubDatabase database, IReadOnlyList<RepeatedChange> users, CancellationToken cancellationToken)
    {
        foreach (var user in users.Where(static user => user.Done.Length > 0))
        {
            if (IsErased(user))
                await EraseAsync(database, user.UserId, cancellationToken);
            else
                await ChangeAsync(database, user, cancellationToken);
        }
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

    private static string? NoteFor(Lost change, string name) => change.HasFlag(Lost.Erased)
        ? null
        : string.Join(
            "; ",
            new[]
            {
                change.HasFlag(Lost.Unblocked)
                    ? "was unblocked or enabled after the backup: decide, and where they may sign in, "
                        + $"hub users enable '{name}' or DELETE /authenticate/block/{name}"
                    : "",
                change.HasFlag(Lost.SecondFactor) ? "a second factor that was added after the backup is lost" : "",
                change.HasFlag(Lost.Passkey) ? "a passkey that was added after the backup is lost" : "",
            }.Where(static note => note.Length > 0)) is { Length: > 0 } notes ? notes : null;

    private static bool IsErased(RepeatedChange user) => user.Done == Erasure;

    private static bool IsDisabled(RepeatedChange user) => user.Done.Contains(Disabling, StringComparison.Ordinal);

    private static Line? LineOf(JsonElement row)
    {
        var type = row.GetProperty("event").GetString()!;
        var user = row.GetProperty("user_id");
        return LostTypes.Of.ContainsKey(type) && user.ValueKind != JsonValueKind.Null
            ? new Line(type, user.GetGuid(), TraceOf(row))
            : null;
    }

    private static Guid TraceOf(JsonElement row) => Guid.ParseExact(row.GetProperty("trace_id").GetString()!, "N");

    private static Task<bool> EraseAsync(HubDatabase database, Guid user, CancellationToken cancellationToken) =>
        new AccountErasureStore(database).TryEraseAgainAsync(
            user, SessionEndReasons.UserErased, TimeProvider.System.GetUtcNow(),
            (transaction, _, token) =>
                AuditedChange.WriteAsync(transaction, "user.erased", user, null, "erased again by hub db restored", token),
            cancellationToken);

    private static Task<bool> ChangeAsync(HubDatabase database, RepeatedChange change, CancellationToken cancellationToken) =>
        database.RunAsync(
            change.UserId,
            async transaction =>
            {
                var user = change.UserId;
                if (IsDisabled(change))
                {
                    await transaction.Call(DisableSql).With(TimeProvider.System.GetUtcNow()).With(user).ExecuteAsync(cancellationToken);
                    await AuditedChange.WriteAsync(
                        transaction, "user.disabled", user, null,
                        "disabled by hub db restored, because of a change that the restored database does not have", cancellationToken);
                }

                if (change.Done.Contains(PasswordRemoval, StringComparison.Ordinal))
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

    private sealed record Line(string Type, Guid User, Guid Trace);

    private sealed record KeyLine(string Type, string Name, Guid Trace);
}
