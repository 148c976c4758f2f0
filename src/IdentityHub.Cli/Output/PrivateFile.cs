namespace IdentityHub.Cli.Output;

/// <summary>Writes files that only their owner may read, each as a whole or not at all.</summary>
internal static class PrivateFile
{
    /// <summary>Writes the file anew; on Unix only its owner may read and write it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static Task WriteAsync(string path, string text, CancellationToken cancellationToken) =>
        WriteAsync(path, writer => writer.WriteAsync(text.AsMemory(), cancellationToken));

    /// <summary>The same bit by bit. A file that is there stays as it is until the new one is complete.</summary>
    /// <param name="write">Writes its text.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static async Task WriteAsync(string path, Func<TextWriter, Task> write)
    {
        var temporary = path + ".tmp";
        try
        {
            await using (var writer = Create(temporary))
                await write(writer);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static StreamWriter Create(string path)
    {
        // A file that is there could have been opened to others.
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new StreamWriter(new FileStream(path, options));
    }
}
