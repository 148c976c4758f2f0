using System.Security.Cryptography;
using System.Text.Json;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.ConfigAsCode;

/// <summary>What came of an export.</summary>
/// <param name="Files">Text of each file that is to be written, by its path below the folder.</param>
/// <param name="Unchanged">Files that say the same already; they are not touched.</param>
/// <param name="Variables">Environment variables that have to hold secrets which are needed themselves and are never written.</param>
/// <param name="Faults">Why nothing is exported: faults of the files that are there.</param>
public sealed record ConfigExport(
    IReadOnlyDictionary<string, string> Files, IReadOnlyList<string> Unchanged, IReadOnlyCollection<string> Variables,
    IReadOnlyList<ConfigFault> Faults);

/// <summary>Turns the applied configuration back into files. Secrets are digests; a secret that is needed itself is a variable.</summary>
public sealed class ConfigExporter(HubDatabase database, KeyProtector protector)
{
    /// <summary>Holds what no file held before.</summary>
    public const string ApiFile = "api.yaml";

    private readonly ConfigObjectWriter _writer = new(protector);

    /// <summary>Computes the files; writes none.</summary>
    /// <param name="folder">Its files are kept as far as they say what the database says. It need not be there.</param>
    public async Task<ConfigExport> ExportAsync(string folder, ConfigContext context, CancellationToken cancellationToken)
    {
        var rows = await ConfigRow.ReadAllAsync(database, cancellationToken);
        var made = await new MadeObjectsReader(database).ReadAsync(cancellationToken);
        var existing = new ExistingFiles(folder, context with { Made = made }, _writer);
        if (existing.Faults.Count > 0)
            return new(new Dictionary<string, string>(), [], [], existing.Faults);

        var form = new FileForm(existing.Secrets.TextOf);
        var (files, unchanged) = (new SortedDictionary<string, string>(StringComparer.Ordinal), new List<string>());
        var order = ConfigKind.All.Select(kind => kind.Name).ToList();
        var objects = rows.OrderBy(row => order.IndexOf(row.Kind))
            .ThenBy(row => row.Source?.Line ?? int.MaxValue)
            .ThenBy(row => row.Name, StringComparer.Ordinal)
            .ToLookup(row => existing.FileOf(row.Kind, row.Name) ?? FileOf(row.Source), row => Export(row, form, existing));
        foreach (var name in objects.Select(group => group.Key).Union(existing.Names))
        {
            var wanted = objects[name].ToList();
            if (!existing.Names.Contains(name))
                files[name] = ExportedFile.New(name, wanted);
            else if (wanted.TrueForAll(exported => exported.IsEqual) && wanted.Count == existing.CountOf(name))
                unchanged.Add(name);
            else
                files[name] = existing.Rewrite(name, wanted);
        }

        return new(files, unchanged, existing.Secrets.Variables, []);
    }

    /// <summary>
    /// What the administration API made, as one file; empty where it has made nothing. Who reads it need not be trusted with digests, at
    /// which guesses can be tried: every secret is a variable.
    /// </summary>
    public async Task<(string Text, IReadOnlyCollection<string> Variables)> ExportMadeAsync(CancellationToken cancellationToken)
    {
        var rows = await ConfigRow.ReadAllAsync(database, cancellationToken);
        var secrets = new ExportedSecrets(mayHaveDigests: false);
        var form = new FileForm(secrets.TextOf);
        var made = rows.Where(row => row.Source is null)
            .OrderBy(row => row.Name, StringComparer.Ordinal)
            .Select(row => Export(row, form, null))
            .ToList();
        return (made.Count == 0 ? "" : ExportedFile.New(ApiFile, made), secrets.Variables);
    }

    private ExportedObject Export(ConfigRow row, FileForm form, ExistingFiles? existing)
    {
        var stored = _writer.FingerprintOf(row)
            ?? throw new InvalidDataException(
                $"The stored document of {row.Kind}/{row.Name} cannot be read. Apply the files that it came from: hub config apply");
        var type = ConfigKind.TypeOf(row.Kind, row.Name)
            ?? throw new InvalidDataException($"{row.Kind}/{row.Name} was written by another version of hub.");
        using var document = JsonDocument.Parse(stored);
        var isEqual = existing?.DigestOf(row.Kind, row.Name) is { } digest && digest.AsSpan().SequenceEqual(SHA256.HashData(stored));
        return new(row.Kind, row.Name, form.Of(type, document.RootElement, $"{row.Kind}_{row.Name}"), isEqual);
    }

    // The path comes from the database: nothing outside the folder is written.
    private static string FileOf(ConfigSource? source)
    {
        var parts = source?.File.Split('/') ?? [];
        var isSafe =
            parts.Length > 0
            && Array.TrueForAll(parts, part => part.Length > 0 && part[0] != '.' && part.IndexOfAny(['\\', ':', '\0']) < 0);
        return isSafe && ConfigFiles.IsConfiguration(source!.File) ? source.File : ApiFile;
    }
}
