namespace IdentityHub.Cli.Output;

/// <summary>Writes files that only their owner may read.</summary>
internal static class PrivateFile
{
    /// <summary>Writes the file anew; on Unix only its owner may read and write it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        await using var writer = Create(path);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
    }

    /// <summary>Makes the file anew, for what is written bit by bit; on Unix only its owner may read and write it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static StreamWriter Create(string path)
    {
        // A file that is there could have been opened to others.
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new StreamWriter(new FileStream(path, options));
    }
}
