using System.Security.Cryptography;
using System.Text;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.Installation;

/// <summary>
/// What a database remembers of the installation that it belongs to: the stages on which configuration was applied, a check value of the
/// key-protection key, the issuer, and what a program must know to use it. All are compared before a write. They are read once, and again
/// after a write: for one look at a database, not to be kept. ASSURANCE L8, L9.
/// </summary>
/// <param name="call">Makes a statement, inside a transaction or outside.</param>
public sealed class InstallationMarks(Func<string, SqlCall> call)
{
    private const string Development = "development";
    private const string Production = "production";
    private const string StagePrefix = "stage:";
    private const string KeyCheck = "key-check";
    private const string RootCheck = "root-check";
    private const string KeyCheckPurpose = "key-check";
    private const string Issuer = "issuer";
    private const string NeedsPrefix = "needs:";

    // The width of the column.
    private const int LongestValue = 128;

    private const string ReadSql = "SELECT name, value FROM installation_marks";
    private const string WriteSql = "INSERT INTO installation_marks (name, value, at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";
    // One statement, so that of two nodes with different keys one remembers both marks.
    private const string WriteBothSql =
        "INSERT INTO installation_marks (name, value, at) VALUES ($1, $2, $5), ($3, $4, $5) ON CONFLICT (name) DO NOTHING";

    private const string ReplaceSql = "UPDATE installation_marks SET value = $1, at = $2 WHERE name = $3";
    // The moment stays: assertions are compared with it.
    private const string RestoredAppliedSql = "UPDATE installation_marks SET value = $1 WHERE name = $2 AND value <> $1";

    private const string GenerationSql = "SELECT hash FROM config_generations ORDER BY id DESC LIMIT 1";
    private const string FileUserSql = "SELECT name FROM config_objects WHERE kind = 'users' LIMIT 1";
    private const string WrappedKeySql = "SELECT key_id, wrapped_private_key FROM signing_keys ORDER BY created_at DESC LIMIT 1";

    private List<Mark>? _known;

    /// <summary>
    /// Why a program on this stage and with this key must leave the database alone, a sentence each; empty when it need not.
    /// </summary>
    /// <param name="stage">The stage of the program.</param>
    /// <param name="hasMarks">False for a database of an older version, which has no marks yet.</param>
    public async Task<IReadOnlyList<string>> RefuseAsync(
        string stage, KeyProtector protector, bool hasMarks, CancellationToken cancellationToken)
    {
        string?[] found =
        [
            await RefuseStageAsync(stage, hasMarks, cancellationToken), await RefuseKeyAsync(protector, hasMarks, cancellationToken)
        ];
        return [.. found.OfType<string>()];
    }

    /// <summary>Why a program on <paramref name="stage"/> must leave this database alone; null when it need not.</summary>
    /// <param name="stage">The stage of the program.</param>
    /// <param name="hasMarks">False for a database of an older version, which has no marks yet.</param>
    public async Task<string?> RefuseStageAsync(string stage, bool hasMarks, CancellationToken cancellationToken)
    {
        var applied = hasMarks ? await AppliedStagesAsync(cancellationToken) : [];
        if (applied.Count == 0 && await FirstAsync(GenerationSql, cancellationToken) is not null)
        {
            // Applied by a version without marks. Users in files are there in Development only.
            if (await FirstAsync(FileUserSql, cancellationToken) is not null)
                applied = [Development];
            else if (stage == Development)
            {
                return "An older version has applied configuration to this database, and the database does not say on which stage. "
                    + "Development changes "
                    + "nothing in it. Say the stage once: hub db migrate, then hub config apply --stage STAGE.";
            }
        }

        if (stage == Development && applied.Find(name => name != Development) is { } other)
        {
            return $"Configuration was applied to this database on the stage {other}. Development would replace its clients and users, so "
                + "it does not start, and nothing "
                + "was changed. Use another database for Development, or set ASPNETCORE_ENVIRONMENT=Production.";
        }

        return stage == Production && applied.Contains(Development)
            ? "Configuration was applied to this database on the stage development: its users and secrets are for trying out. Use an empty "
                + "database for production, "
                + "and fill it with hub db migrate and hub config apply."
            : null;
    }

    /// <summary>
    /// Why a program with this key must leave the database alone; null when the key is the one, or the database holds nothing of any key.
    /// </summary>
    public async Task<string?> RefuseKeyAsync(KeyProtector protector, bool hasMarks, CancellationToken cancellationToken)
    {
        var marks = hasMarks ? await ReadAsync(cancellationToken) : [];
        var isForeign = marks.Find(mark => mark.Name == KeyCheck) is { } check
            ? !protector.DeriveFromEach(KeyCheckPurpose).Any(key => IsCheckOf(check.Value, key))
                || !IsCheckOf((marks.Find(mark => mark.Name == RootCheck) ?? check).Value, protector.DeriveKey(KeyCheckPurpose))
            : !await UnwrapsAsync(protector, cancellationToken);
        return isForeign
            ? "IdentityHub:KeyProtection:KeyFile is not the key file of this database: what is stored was wrapped with another one. "
                + "Nothing was changed. "
                + "Use the file that the other nodes have, or the database that belongs to this file."
            : null;
    }

    /// <summary>
    /// Why a program of this issuer must leave the database alone; null when it need not. In Development, where the address of a node
    /// changes from one start to the next, nothing is compared.
    /// </summary>
    /// <param name="stage">The stage of the program.</param>
    /// <param name="issuer">Null where the program has none.</param>
    /// <param name="hasMarks">False for a database of an older version, which has no marks yet.</param>
    public async Task<string?> RefuseIssuerAsync(string stage, string? issuer, bool hasMarks, CancellationToken cancellationToken)
    {
        if (stage == Development || issuer is null || !hasMarks)
            return null;
        var known = await FindIssuerAsync(cancellationToken);
        return known is null || known == IssuerText(issuer)
            ? null
            : $"The database belongs to the installation {known}, and IdentityHub:Issuer is {issuer}: two installations must not share a "
                + "database. Nothing was changed. Use another database, or, where the installation has moved, say it once: hub db issuer "
                + issuer;
    }

    /// <summary>The issuer of the nodes that use the database outside Development; null before the first has started.</summary>
    public async Task<string?> FindIssuerAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).Find(static mark => mark.Name == Issuer)?.Value;

    /// <summary>Remembers the issuer, unless one is remembered already: <see cref="RefuseIssuerAsync"/> afterwards tells who was
    /// first.</summary>
    public Task WriteIssuerAsync(string issuer, DateTimeOffset now, CancellationToken cancellationToken) =>
        Write(WriteSql).With(Issuer).With(IssuerText(issuer)).With(now).ExecuteAsync(cancellationToken);

    /// <summary>Remembers another issuer: the installation has moved.</summary>
    public async Task ReplaceIssuerAsync(string issuer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await Write(ReplaceSql).With(IssuerText(issuer)).With(now).With(Issuer).ExecuteAsync(cancellationToken) == 0)
            await WriteIssuerAsync(issuer, now, cancellationToken);
    }

    /// <summary>
    /// Why a program of an older version must leave the database alone: a newer version has taken away what it reads, and says so with a
    /// mark <c>needs:MIGRATION</c>. Null when it need not. docs/migrations.md.
    /// </summary>
    /// <param name="known">The migrations of the program.</param>
    public async Task<string?> RefuseOlderProgramAsync(IReadOnlyList<string> known, bool hasMarks, CancellationToken cancellationToken)
    {
        var marks = hasMarks ? await ReadAsync(cancellationToken) : [];
        var needed = marks.Find(mark => mark.Name.StartsWith(NeedsPrefix, StringComparison.Ordinal)
            && !known.Contains(mark.Name[NeedsPrefix.Length..], StringComparer.Ordinal));
        return needed is null
            ? null
            : $"The database needs a program that knows the migration '{needed.Name[NeedsPrefix.Length..]}': a newer version has taken "
                + "away what this one reads. Nothing was changed. Use the newer version.";
    }

    /// <summary>
    /// Why a node must not start yet; null when it may. After a restore, clients, secrets and keys that were removed since the backup are
    /// back until the configuration is applied. Development applies it at every start.
    /// </summary>
    /// <param name="hasMarks">False for a database of an older version, which has no marks yet.</param>
    public async Task<string?> RefuseRestoredAsync(string stage, bool hasMarks, CancellationToken cancellationToken) =>
        stage != Development && hasMarks && await IsRestoredAsync(cancellationToken)
            ? "The database was restored, and clients, secrets and keys that were removed since the backup are in it again. Apply the "
                + $"configuration first: hub config apply --stage {stage}"
            : null;

    /// <summary>True from a restore until configuration is applied.</summary>
    public async Task<bool> IsRestoredAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).Exists(static mark => mark is { Name: RestoredDatabase.Mark, Value: RestoredDatabase.Ended });

    /// <summary>Remembers that configuration was applied after a restore, where there was one.</summary>
    public Task WriteRestoredAppliedAsync(CancellationToken cancellationToken) =>
        Write(RestoredAppliedSql).With(RestoredDatabase.Applied).With(RestoredDatabase.Mark).ExecuteAsync(cancellationToken);

    /// <summary>Remembers that configuration was applied on <paramref name="stage"/>.</summary>
    public Task WriteStageAsync(string stage, DateTimeOffset now, CancellationToken cancellationToken) =>
        Write(WriteSql).With(StagePrefix + stage).With("applied").With(now).ExecuteAsync(cancellationToken);

    /// <summary>Remembers the key, unless one is remembered already: <see cref="RefuseKeyAsync"/> afterwards tells who was first.</summary>
    public Task WriteKeyAsync(KeyProtector protector, DateTimeOffset now, CancellationToken cancellationToken) => protector.HasSeveralKeys
        ? Write(WriteBothSql)
            .With(KeyCheck).With(CheckValueOf(protector)).With(RootCheck).With(TextOf(protector.DeriveKey(KeyCheckPurpose))).With(now)
            .ExecuteAsync(cancellationToken)
        : Write(WriteSql).With(KeyCheck).With(CheckValueOf(protector)).With(now).ExecuteAsync(cancellationToken);

    /// <summary>True when nothing is to be written: the key and, where one is given, the stage are remembered.</summary>
    /// <param name="withIssuer">True: the issuer as well.</param>
    public async Task<bool> AreCompleteAsync(string? stage, CancellationToken cancellationToken, bool withIssuer = false)
    {
        var marks = await ReadAsync(cancellationToken);
        return Has(KeyCheck) && (stage is null || Has(StagePrefix + stage)) && (!withIssuer || Has(Issuer));

        bool Has(string name) => marks.Exists(mark => mark.Name == name);
    }

    /// <summary>
    /// Remembers the key that wraps in place of the one that did before, and the key of the installation, which stays: what is hashed was
    /// hashed with it.
    /// </summary>
    public async Task ReplaceKeyAsync(KeyProtector protector, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await Write(WriteSql).With(RootCheck).With(TextOf(protector.DeriveKey(KeyCheckPurpose))).With(now).ExecuteAsync(cancellationToken);
        await Write(ReplaceSql).With(CheckValueOf(protector)).With(now).With(KeyCheck).ExecuteAsync(cancellationToken);
    }

    private static string IssuerText(string issuer) =>
        issuer.Length <= LongestValue ? issuer : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(issuer)))}";

    // One way: neither the key nor any other key derived from it can be computed from this value.
    private static string CheckValueOf(KeyProtector protector) => TextOf(protector.DeriveFromEach(KeyCheckPurpose)[0]);

    private static bool IsCheckOf(string stored, byte[] derived) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(stored), Encoding.UTF8.GetBytes(TextOf(derived)));

    private static string TextOf(byte[] derived) => Convert.ToBase64String(derived);

    private async Task<bool> UnwrapsAsync(KeyProtector protector, CancellationToken cancellationToken)
    {
        var stored = await call(WrappedKeySql)
            .FirstOrNullAsync(static row => Tuple.Create(row.Text("key_id"), row.Bytes("wrapped_private_key")), cancellationToken);
        if (stored is null)
            return true;
        try
        {
            CryptographicOperations.ZeroMemory(protector.Unwrap(SigningKeys.SigningKey.WrapPurposeOf(stored.Item1), stored.Item2));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private async Task<List<string>> AppliedStagesAsync(CancellationToken cancellationToken) =>
        [
            .. (await ReadAsync(cancellationToken))
                .Where(mark => mark.Name.StartsWith(StagePrefix, StringComparison.Ordinal))
                .Select(mark => mark.Name[StagePrefix.Length..])
        ];

    private async Task<List<Mark>> ReadAsync(CancellationToken cancellationToken) => _known ??=
        await call(ReadSql).ListAsync(static row => new Mark(row.Text("name"), row.Text("value")), cancellationToken);

    private SqlCall Write(string sql)
    {
        _known = null;
        return call(sql);
    }

    private Task<string?> FirstAsync(string sql, CancellationToken cancellationToken) =>
        call(sql).FirstOrNullAsync(static row => row.Text(), cancellationToken);

    private sealed record Mark(string Name, string Value);
}
