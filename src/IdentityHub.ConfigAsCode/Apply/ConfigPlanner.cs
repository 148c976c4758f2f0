using System.Security.Cryptography;
using System.Text.Json;
using IdentityHub.Storage;
using IdentityHub.Storage.Installation;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.ConfigAsCode;

/// <summary>Compares files with the database; changes nothing.</summary>
public sealed class ConfigPlanner(HubDatabase database, KeyProtector protector)
{
    internal const string ReadGenerationSql = "SELECT hash FROM config_generations ORDER BY id DESC LIMIT 1";

    private readonly ConfigObjectWriter _writer = new(protector);

    /// <summary>What applying the files would do now.</summary>
    /// <param name="stage">The stage that the files were read for.</param>
    /// <param name="prune">True: objects that the files made and no longer have are to be deleted, users left out.</param>
    public async Task<ConfigPlan> PlanAsync(ConfigDocument document, string stage, bool prune, CancellationToken cancellationToken)
    {
        var refusals = await new InstallationMarks(database.Call).RefuseAsync(stage, protector, hasMarks: true, cancellationToken);
        var rows = refusals.Count == 0 ? await ConfigRow.ReadAllAsync(database, cancellationToken) : [];
        var generation = await database.Call(ReadGenerationSql).FirstOrNullAsync(static row => row.Text(), cancellationToken);
        return Plan(_writer, refusals.Count == 0 ? _writer.Write(document) : [], rows, stage, generation, prune, refusals);
    }

    /// <summary>The plan for rows that were read already.</summary>
    internal static ConfigPlan Plan(
        ConfigObjectWriter writer, IReadOnlyList<DesiredObject> desired, IReadOnlyList<ConfigRow> current, string stage, string? generation,
        bool prune,
        IReadOnlyList<string> refusals)
    {
        var rows = current.ToDictionary(row => (row.Kind, row.Name));
        var (changes, writes, moves, repairs) = (new List<PlannedChange>(), new List<DesiredObject>(), new List<MovedObject>(), false);
        foreach (var wanted in desired)
        {
            var source = wanted.Definition.Source;
            if (!rows.Remove((wanted.Kind, wanted.Name), out var row))
            {
                changes.Add(new(new(ConfigAction.Create, wanted.Kind, wanted.Name, source), null, KeysOf(wanted, null)));
                writes.Add(wanted);
                continue;
            }

            var stored = writer.FingerprintOf(row);
            var sameDigest = wanted.Digest.AsSpan().SequenceEqual(row.Digest);
            if (sameDigest && stored is not null && wanted.Digest.AsSpan().SequenceEqual(SHA256.HashData(stored)))
            {
                if (row.Source != source)
                    moves.Add(new(wanted.Kind, wanted.Name, source));
                continue;
            }

            repairs |= sameDigest;
            changes.Add(
                new(
                    new(ConfigAction.Change, wanted.Kind, wanted.Name, source), row.Source == source ? null : row.Source,
                    KeysOf(wanted, stored))
                {
                    IsTakenOver = row.Source is null && source is not null,
                });
            writes.Add(wanted);
        }

        // What was made through an API is not the files' to delete. What is referred to goes last.
        var order = ConfigKind.All.Select(kind => kind.Name).Reverse().ToList();
        var gone = rows.Values.Where(row => row.Source is not null)
            .OrderBy(row => order.IndexOf(row.Kind)).ThenBy(row => row.Name, StringComparer.Ordinal)
            .Select(row => new ConfigChange(ConfigAction.Delete, row.Kind, row.Name, row.Source))
            .ToLookup(change => prune && change.Kind != ConfigKind.Users);
        changes.AddRange(gone[true].Select(change => new PlannedChange(change, null, [])));
        return new()
        {
            Stage = stage,
            Generation = generation,
            Changes = changes,
            Kept = [.. gone[false]],
            Refusals = refusals,
            State = ConfigRow.StateOf(current),
            Writes = writes,
            Moves = moves,
            Repairs = repairs,
        };
    }

    /// <summary>The plan that takes one object away.</summary>
    internal static ConfigPlan PlanDeletion(
        ConfigObjectWriter writer, ConfigRow gone, IReadOnlyList<ConfigRow> current, string stage, string? generation)
    {
        using var old = JsonDocument.Parse(writer.FingerprintOf(gone) ?? "{}"u8.ToArray());
        var type = ConfigKind.TypeOf(gone.Kind, gone.Name);
        var keys = type is null ? [] : DocumentDiff.Between(type, old.RootElement, null);
        return new()
        {
            Stage = stage,
            Generation = generation,
            Changes = [new(new(ConfigAction.Delete, gone.Kind, gone.Name, gone.Source), null, keys)],
            Kept = [],
            State = ConfigRow.StateOf(current),
        };
    }

    private static IReadOnlyList<KeyChange> KeysOf(DesiredObject wanted, byte[]? stored)
    {
        using var @new = JsonDocument.Parse(wanted.Fingerprint);
        if (stored is null)
            return DocumentDiff.Between(wanted.Definition.GetType(), null, @new.RootElement);
        using var old = JsonDocument.Parse(stored);
        return DocumentDiff.Between(wanted.Definition.GetType(), old.RootElement, @new.RootElement);
    }
}
