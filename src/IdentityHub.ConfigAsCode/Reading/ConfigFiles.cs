using System.Text;
using System.Text.Unicode;

namespace IdentityHub.ConfigAsCode;

/// <summary>Finds and reads the files of a configuration directory.</summary>
internal static class ConfigFiles
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private const string Templates = "templates";

    // In the root of a mounted ext4 volume; only root may read it.
    private const string LostAndFound = "lost+found/";

    private static readonly string[] s_extensions = [".yaml", ".yml", ".json"];

    /// <summary>
    /// The files below <paramref name="directory"/> in ordinal order of their names. Left out are <c>schema.json</c> at the top, folders
    /// <c>templates</c>, and hidden files: a mounted Kubernetes ConfigMap holds its files twice, once under <c>..data</c>.
    /// </summary>
    /// <returns>Name relative to the directory, with slashes, and text; nothing for a file that could not be read.</returns>
    public static IEnumerable<(string Name, string Text)> Read(string directory, FaultCollector faults)
    {
        if (!Directory.Exists(directory))
        {
            faults.AddDirectory("no such directory; set IdentityHub:ConfigDirectory to the one that holds the configuration files");
            yield break;
        }

        var names = Find(directory, faults);
        if (names.Count == 0 && !faults.IsIncomplete)
            faults.AddDirectory("holds no .yaml, .yml or .json file");

        foreach (var name in names)
        {
            if (ReadText(Path.Combine(directory, name), name, faults) is { } text)
                yield return (name, text);
        }
    }

    /// <summary>
    /// Names of the configuration files below a folder, in ordinal order. A link that leads back to a folder above it is a fault.
    /// </summary>
    /// <param name="faults">Null: such a link is passed over.</param>
    public static List<string> Find(string directory, FaultCollector? faults = null) =>
        [
            .. AllBelow(directory, faults).Select(file => file.Name).Where(IsConfiguration).Order(StringComparer.Ordinal)
        ];

    /// <summary>
    /// Every file below a folder, with its name relative to it. Links are followed; one that leads back to a folder above it is passed
    /// over.
    /// </summary>
    public static IEnumerable<(string Name, FileInfo File)> AllBelow(string directory, FaultCollector? faults = null)
    {
        var root = new DirectoryInfo(Path.GetFullPath(directory));
        return root.Exists ? AllBelow(root, "", [root.FullName], faults) : [];
    }

    /// <summary>True for a path below the folder that is read.</summary>
    public static bool IsConfiguration(string name)
    {
        var folders = name.Split('/');
        return name != "schema.json"
            && s_extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)
            && !Array.Exists(folders, part => part.StartsWith('.'))
            && !folders.AsSpan(..^1).Contains(Templates);
    }

    /// <param name="above">Where this folder and those above it really lie.</param>
    private static IEnumerable<(string Name, FileInfo File)> AllBelow(
        DirectoryInfo folder, string prefix, IReadOnlyList<string> above, FaultCollector? faults)
    {
        foreach (var entry in EntriesOf(folder, prefix, faults))
        {
            var name = prefix + entry.Name;
            if (entry is FileInfo file)
            {
                yield return (name, file);
                continue;
            }

            var place = entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.Combine(above[^1], entry.Name);
            if (above.Contains(place, StringComparer.Ordinal))
            {
                if (IsConfiguration(name + "/any.yaml"))
                    faults?.AddUnreadable(name, 0, 0, "is a link to a folder that it lies in; remove it");
                continue;
            }

            foreach (var below in AllBelow((DirectoryInfo)entry, name + "/", [.. above, place], faults))
                yield return below;
        }
    }

    // A folder that is passed over in silence would look as if its objects were removed from the files.
    private static FileSystemInfo[] EntriesOf(DirectoryInfo folder, string prefix, FaultCollector? faults)
    {
        try
        {
            return folder.GetFileSystemInfos(
                "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (prefix.Length == 0)
                faults?.AddDirectory(ReasonOf(exception));
            else if (prefix != LostAndFound && IsConfiguration(prefix + "any.yaml"))
                faults?.AddUnreadable(prefix.TrimEnd('/'), 0, 0, ReasonOf(exception));
            return [];
        }
    }

    private static string ReasonOf(Exception exception) => exception switch
    {
        UnauthorizedAccessException => "cannot be read: access is denied",
        FileNotFoundException or DirectoryNotFoundException => "cannot be read: there is no such file, or it is a link to none",
        _ => "cannot be read: it lies on a disk that fails, or is a link that leads to itself",
    };

    private static string? ReadText(string path, string name, FaultCollector faults)
    {
        byte[] bytes;
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaxBytes)
            {
                faults.AddUnreadable(name, 0, 0, $"holds {length:N0} bytes; a file may hold {MaxBytes:N0}: split it");
                return null;
            }

            // A pipe has no length either, and opening it would wait for somebody who writes into it.
            bytes = length == 0 ? [] : File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            faults.AddUnreadable(name, 0, 0, ReasonOf(exception));
            return null;
        }

        var utf8 = bytes.AsSpan();
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        if (Utf8.IsValid(utf8))
            return Encoding.UTF8.GetString(utf8);

        var (line, column) = FirstInvalid(utf8);
        faults.AddUnreadable(name, line, column, "is not UTF-8 from here on; save the file as UTF-8");
        return null;
    }

    private static (int Line, int Column) FirstInvalid(ReadOnlySpan<byte> utf8)
    {
        var (line, column) = (1, 1);
        while (Rune.DecodeFromUtf8(utf8, out var rune, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + rune.Utf16SequenceLength);
            utf8 = utf8[consumed..];
        }

        return (line, column);
    }
}
