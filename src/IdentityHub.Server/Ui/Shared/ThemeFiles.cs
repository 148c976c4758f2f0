namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// Reads the files of a theme by their fixed names: never larger than they may be, and never from outside the folder, wherever a link in it
/// points.
/// </summary>
/// <param name="refuse">Told of each file that is there and cannot be used: its name, and why, as a sentence.</param>
internal sealed class ThemeFiles(string directory, Action<string, string> refuse)
{
    /// <summary>The content; null when there is no such file, or it was refused.</summary>
    /// <param name="most">Longest content in bytes.</param>
    public byte[]? Read(string name, int most)
    {
        var path = Path.Combine(directory, name);
        if (!File.Exists(path))
            return null;
        try
        {
            if (!IsInside(path))
                return Refused(name, "It is a link to something outside the theme's folder.");
            using var file = File.OpenRead(path);
            var content = new byte[most + 1];
            var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length > most ? Refused(name, $"It is longer than {most} bytes.") : content[..length];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Refused(name, "It cannot be read.");
        }
    }

    // What mounts configuration into containers does it by links inside the folder.
    private bool IsInside(string path)
    {
        var root = WithoutLinks(Path.GetFullPath(directory));
        return WithoutLinks(Path.GetFullPath(path)).StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private static string WithoutLinks(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        var here = Path.Combine(WithoutLinks(parent), Path.GetFileName(path));
        FileSystemInfo entry = Directory.Exists(here) ? new DirectoryInfo(here) : new FileInfo(here);
        return entry.ResolveLinkTarget(returnFinalTarget: false) is { } target ? WithoutLinks(Path.GetFullPath(target.FullName)) : here;
    }

    private byte[]? Refused(string name, string fault)
    {
        refuse(name, fault);
        return null;
    }
}
