using IdentityHub.Protocol;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// Single objects of the applied configuration: reads them, and changes those that no file owns. A change has the shapes, the rules and the
/// effects of a file. It is done in the caller's transaction, one after the other with those who apply files, and makes a new generation.
/// </summary>
/// <param name="config">The stage that the rules ask for.</param>
public sealed class ConfigObjects(
    HubDatabase database, KeyProtector protector, IPasswordHasher<User> hasher, TimeProvider time, ConfigContext config)
{
    private const string RoleHoldersSql =
        """
        SELECT COUNT(*) AS holders FROM roles r WHERE r.name = $1 AND (
            EXISTS (SELECT 1 FROM memberships m WHERE m.role_id = r.id) OR EXISTS (SELECT 1 FROM user_roles h WHERE h.role_id = r.id))
        """;

    private const string IssuedKeysSql = "SELECT COUNT(*) AS keys FROM api_keys WHERE organization_id = $1";
    private const string MembersSql = "SELECT COUNT(*) AS members FROM memberships WHERE organization_id = $1";

    private static readonly ObjectRefusal NotFound = new(ObjectRefusalKind.NotFound, "There is no such object.");

    private readonly ConfigObjectWriter _writer = new(protector);
    private readonly ObjectForm _form = new(protector, new(protector));

    /// <summary>The kinds of objects that can be changed one at a time: every section of the files but users.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        [.. ConfigKind.All.Select(kind => kind.Name).Where(kind => kind != ConfigKind.Users)];

    /// <summary>The object; null where there is none.</summary>
    public async Task<AppliedObject?> FindAsync(string kind, string name, CancellationToken cancellationToken) =>
        ObjectBody.MayBeName(name)
            ? Of(kind, name, await ConfigRow.FindAsync(database.Call, kind, name, cancellationToken))
            : null;

    /// <summary>Objects of a kind in the order of their names, which is that of the database.</summary>
    /// <param name="after">The name behind which the page begins; empty for the first.</param>
    /// <param name="most">No more than these.</param>
    public async Task<ObjectPage> ListAsync(string kind, string after, int most, CancellationToken cancellationToken)
    {
        var rows = await ConfigRow.PageAsync(database, kind, after, most, cancellationToken);
        return new([.. rows.Select(_form.Of).OfType<AppliedObject>()], rows.Count < most ? null : rows[^1].Name);
    }

    /// <summary>Where the organizations lie.</summary>
    public async Task<OrganizationPaths> ReadPathsAsync(CancellationToken cancellationToken) =>
        PathsOf(await ConfigRow.PageAsync(database, ConfigKind.Organizations, "", int.MaxValue, cancellationToken));

    /// <summary>
    /// Why a change would be refused now, as far as the object, its body and the caller's rights say so; null where the rules and the lock
    /// decide. Takes no lock.
    /// </summary>
    public async Task<ObjectRefusal?> FindRefusalAsync(ObjectChange change, CancellationToken cancellationToken)
    {
        var kind = KindOf(change);
        if (change.Name is not null && !ObjectBody.MayBeName(change.Name))
            return NotFound;
        var name = NameOf(change, kind);
        var paths = await ReadPathsAsync(cancellationToken);
        var row = name is null ? null : await ConfigRow.FindAsync(database.Call, kind.Name, name, cancellationToken);
        return Read(change, kind, name, row, new Lazy<OrganizationPaths>(paths)).Refusal;
    }

    /// <summary>
    /// Does a change, or says why not. Takes the lock of the configuration, which no other caller has until the transaction ends. The other
    /// nodes are told when it commits.
    /// </summary>
    /// <param name="transaction">It must not commit what was refused.</param>
    public async Task<ObjectResult> ChangeAsync(SqlTransaction transaction, ObjectChange change, CancellationToken cancellationToken)
    {
        var kind = KindOf(change);
        var name = NameOf(change, kind);
        if (change.Name is not null && !ObjectBody.MayBeName(change.Name))
            return NotFound;

        await transaction.LockAsync(ConfigApplier.LockName, cancellationToken);
        var rows = await ConfigRow.ReadAllAsync(transaction, cancellationToken);
        var row = rows.Find(one => one.Kind == kind.Name && one.Name == name);
        var paths = new Lazy<OrganizationPaths>(() => PathsOf(rows.Where(one => one.Kind == ConfigKind.Organizations)));
        var (refusal, sent, before, reading) = Read(change, kind, name, row, paths);
        if (refusal is not null)
            return refusal;
        if (RefusalOfRules(change.Rights, paths, kind, name!, sent, rows, reading) is { } broken)
            return broken;
        if (change.Verb == ObjectVerb.Delete && await RefusalOfUsersAsync(transaction, kind.Name, name!, cancellationToken) is { } used)
            return used;
        return await ExecuteAsync(change, name!, sent?.Definition, row, before, rows, reading, transaction, cancellationToken);
    }

    // Whether a name is taken is said last: to those who might have made the object.
    private ReadChange Read(ObjectChange change, ConfigKind kind, string? name, ConfigRow? row, Lazy<OrganizationPaths> paths)
    {
        var taken = change.Verb == ObjectVerb.Create ? row : null;
        row = change.Verb == ObjectVerb.Create ? null : row;
        var before = name is null || change.Verb == ObjectVerb.Create ? null : Of(kind.Name, name, row);
        var reading = NewReading(change.Kind, row);
        var read = new ReadChange(null, null, before, reading);
        if (change.Verb != ObjectVerb.Create && RefusalOf(change, before, paths) is { } refusal)
            return read with { Refusal = refusal };

        if (change.Verb != ObjectVerb.Delete)
        {
            var type = ConfigKind.TypeOf(kind.Name, name ?? "") ?? throw new ArgumentException("There is no such type.", nameof(change));
            read = read with { Sent = ObjectBody.Read(ObjectBody.Complete(change, kind, before), type, kind, name, reading) };
            if (read.Sent is null)
                return read with { Refusal = Invalid(reading.Faults.Sorted()) };
        }

        if (change.Rights?.FaultOf(row is null ? null : before?.Definition, read.Sent?.Definition, paths.Value) is { } fault)
            return read with
            {
                Refusal = new(fault.IsForbidden ? ObjectRefusalKind.Forbidden : ObjectRefusalKind.Invalid, fault.Message)
                {
                    Faults = [fault],
                },
            };
        return taken is null ? read : read with { Refusal = new(ObjectRefusalKind.Exists, $"'{name}' is there already.") };
    }

    private async Task<ObjectResult> ExecuteAsync(
        ObjectChange change, string name, ConfigDefinition? definition, ConfigRow? row, AppliedObject? before,
        IReadOnlyList<ConfigRow> rows, ReadContext reading, SqlTransaction transaction, CancellationToken cancellationToken)
    {
        var generation = await transaction
            .Call(ConfigPlanner.ReadGenerationSql)
            .FirstOrNullAsync(static answer => answer.Text(), cancellationToken);
        var plan = definition is not null
            ? ConfigPlanner.Plan(
                _writer, [_writer.Write(change.Kind, name, definition)], rows, config.Stage, generation, prune: false, refusals: [])
            : row is not null ? ConfigPlanner.PlanDeletion(_writer, row, rows, config.Stage, generation) : null;
        try
        {
            if (plan is not null)
            {
                var execution = new PlanExecution(database, _writer, new UserPasswords(hasher), time.GetUtcNow());
                (var refusals, generation) = await execution.ExecuteAsync(plan, transaction, rows, cancellationToken);
                if (refusals.Count > 0)
                    return new ObjectRefusal(ObjectRefusalKind.InUse, string.Join(' ', refusals));
            }

            var after = definition is null
                ? null
                : Of(change.Kind, name, await ConfigRow.FindAsync(transaction.Call, change.Kind, name, cancellationToken));
            IReadOnlyList<KeyChange> keys = plan is { Changes: [var only, ..] } ? only.Keys : [];
            return new ChangedObject(row is null ? null : before, after, keys, reading.Sent!.Generated, generation);
        }
        catch (Exception failure) when (PlanExecution.IsRace(database, failure))
        {
            return new ObjectRefusal(ObjectRefusalKind.Raced, "Somebody else changed the same at the same moment. Send the call again.");
        }
    }

    private static ObjectRefusal? RefusalOf(ObjectChange change, AppliedObject? before, Lazy<OrganizationPaths> paths)
    {
        if (before is null || change.Rights?.Reaches(before.Definition, paths.Value) == false)
            return NotFound;
        if (before.Definition.Source is { } source)
            return new(ObjectRefusalKind.FileOwned, $"'{before.Name}' is owned by {ConfigChange.OwnerOf(source)}: change it there.")
            {
                Source = source,
            };
        return change.Admits?.Invoke(before.ETag) != false
            ? null
            : new(ObjectRefusalKind.Stale, $"'{before.Name}' is another than the one that If-Match names. Read it again.");
    }

    private ObjectRefusal? RefusalOfRules(
        ObjectRights? rights, Lazy<OrganizationPaths> paths, ConfigKind kind, string name,
        (ConfigDefinition Definition, MappingNode Node)? sent, IReadOnlyList<ConfigRow> rows, ReadContext reading)
    {
        var others = rows.Where(row => row.Kind != kind.Name || row.Name != name);
        var whole = new WholeConfig(reading).With(others, _writer);
        var faults = (sent is { } one ? whole.With(kind.Name, name, one.Definition) : whole).Check();
        var own = faults.Where(fault => fault.File.Length == 0).ToList();
        if (own.Count > 0)
            return Invalid(own);
        if (faults.Count == 0)
            return null;

        // Faults that others have anyway, such as a secret that has expired since, are not this change's.
        var known = new WholeConfig(NewReading(kind.Name, null)).With(rows, _writer).Check().Select(fault => fault.ToString());
        var brought = faults.ExceptBy(known, fault => fault.ToString(), StringComparer.Ordinal).ToList();
        return brought.Count == 0
            ? null
            : new(ObjectRefusalKind.InUse, $"Others need '{name}' as it is: {string.Join("; ", NamesOf(brought, rights, paths, rows))}.");
    }

    // A fault may suggest the name of any other object: it is for those who may see them all.
    private IEnumerable<string> NamesOf(
        IReadOnlyList<ConfigFault> faults, ObjectRights? rights, Lazy<OrganizationPaths> paths, IReadOnlyList<ConfigRow> rows) =>
        rights is not { SeesAll: false }
            ? faults.Select(fault => fault.ToString())
            : faults
                .Select(fault => rows.FirstOrDefault(row => $"{row.Kind}/{row.Name}" == fault.File) is { } row
                    && _writer.DefinitionOf(row) is { } definition && rights.Reaches(definition, paths.Value)
                        ? fault.File
                        : "objects that you do not see")
                .Distinct(StringComparer.Ordinal);

    private static async Task<ObjectRefusal?> RefusalOfUsersAsync(
        SqlTransaction transaction, string kind, string name, CancellationToken cancellationToken)
    {
        return kind switch
        {
            ConfigKind.Roles when await AnyAsync(RoleHoldersSql) => InUse($"Users have the role '{name}': take it from them first."),
            ConfigKind.Organizations when await AnyAsync(IssuedKeysSql) =>
                InUse($"API keys were issued for the organization '{name}': set enabled to false instead."),
            ConfigKind.Organizations when await AnyAsync(MembersSql) =>
                InUse($"Users have roles in the organization '{name}': take them away first."),
            _ => null,
        };

        async Task<bool> AnyAsync(string sql) =>
            (await transaction.Call(sql).With(name).ListAsync(static row => row.Long(), cancellationToken))[0] > 0;

        static ObjectRefusal InUse(string detail) => new(ObjectRefusalKind.InUse, detail);
    }

    private static ConfigKind KindOf(ObjectChange change) =>
        ConfigKind.Find(change.Kind) ?? throw new ArgumentException($"There is no kind '{change.Kind}'.", nameof(change));

    private static string? NameOf(ObjectChange change, ConfigKind kind) => change.Name ?? ObjectBody.NameIn(change.Body, kind);

    private OrganizationPaths PathsOf(IEnumerable<ConfigRow> rows) =>
        new(rows.Select(_writer.DefinitionOf).OfType<OrganizationDefinition>());

    private static ObjectRefusal Invalid(IReadOnlyList<ConfigFault> faults) =>
        new(ObjectRefusalKind.Invalid, "The object has faults.")
        {
            Faults = [.. faults.Select(fault => new ObjectFault(fault.Pointer, fault.Message))],
        };

    // A dialect is there whether or not somebody has set it.
    private AppliedObject? Of(string kind, string name, ConfigRow? row) =>
        row is not null ? _form.Of(row)
        : kind == ConfigKind.Dialects && ConfigKind.TypeOf(kind, name) is { } type ? _form.OfUnset(kind, name, type)
        : null;

    private ReadContext NewReading(string kind, ConfigRow? row) => new("", config, new FaultCollector(""))
    {
        Sent = new SentSecrets(
            kind == ConfigKind.ApiKeys ? () => OpaqueToken.Create(OpaqueTokenType.ApiKey) : RandomSecret.Create, _form.SecretsOf(row)),
    };

    private sealed record ReadChange(
        ObjectRefusal? Refusal, (ConfigDefinition Definition, MappingNode Node)? Sent, AppliedObject? Before, ReadContext Reading);
}
