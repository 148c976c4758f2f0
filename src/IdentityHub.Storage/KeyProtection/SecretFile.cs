namespace IdentityHub.Storage.KeyProtection;

/// <summary>Files that hold secrets: only their owner may read them. Windows is left to its administrator.</summary>
public static class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>How such a file is made: with mode 0600 whatever the umask of the process is.</summary>
    public static FileStreamOptions OptionsOf(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }

    /// <summary>Makes an empty file, unless it is there already.</summary>
    public static void Touch(string path)
    {
        if (File.Exists(path))
            return;
        try
        {
            new FileStream(path, OptionsOf(FileMode.CreateNew, FileShare.ReadWrite)).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process made it first.
        }
    }

    /// <summary>True where every user of the machine may read or write a file. False for one that is not there.</summary>
    public static bool IsOpenToAll(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
            return false;

        // The mode of a link says nothing about the file that it leads to.
        var file = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return (File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0;
    }
}
