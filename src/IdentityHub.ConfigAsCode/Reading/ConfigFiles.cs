using System.Text;
using System.Text.Unicode;

namespace IdentityHub.ConfigAsCode;

/// <summary>Finds and reads the files of a configuration directory.</summary>
internal static class ConfigFiles
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

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

        var names = Find(directory);
        if (names.Count == 0)
            faults.AddDirectory("holds no .yaml, .yml or .json file");

        foreach (var name in names)
        {
            if (ReadText(Path.Combine(directory, name), name, faults) is { } text)
                yield return (name, text);
        }
    }

    /// <summary>Names of the configuration files below a folder, in ordinal order.</summary>
    public static List<string> Find(string directory)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        return [.. Directory.EnumerateFiles(directory, "*", options)
            .Select(path => Path.GetRelativePath(directory, path).Replace('\\', '/'))
            .Where(IsConfiguration)
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>True for a path below the folder that is read.</summary>
    public static bool IsConfiguration(string name)
    {
        var folders = name.Split('/');
        return name != "schema.json"
            && s_extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)
            && !Array.Exists(folders, part => part.StartsWith('.'))
            && !folders.AsSpan(..^1).Contains("templates");
    }

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

            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            faults.AddUnreadable(
                name, 0, 0, exception is UnauthorizedAccessException ? "cannot be read: access is denied" : "cannot be read");
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
