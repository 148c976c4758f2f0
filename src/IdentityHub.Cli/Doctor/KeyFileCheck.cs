using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Cli.Doctor;

/// <summary>Whether the key-protection key is there, can be read, and can be read by its owner only.</summary>
internal static class KeyFileCheck
{
    private const string Name = "key file";

    /// <summary>What was found, and the key where it can be used. Makes no file.</summary>
    public static (Finding Finding, KeyProtector? Key) Check(string path)
    {
        if (!File.Exists(path))
            return (
                Finding.Fault(
                    Name, $"'{path}' is missing",
                    $"Copy it from another node, or make it once for a new installation: {KeyProtector.CommandFor(path)}"),
                null);
        KeyProtector key;
        try
        {
            key = KeyProtector.FromFile(path, createIfMissing: false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return (Finding.Fault(Name, failure.Message, "Let the user of the server read it; it must hold 32 bytes as base64."), null);
        }

        return SecretFile.IsOpenToAll(path)
            ? (Finding.Fault(Name, $"every user of this machine may read or write '{path}'", $"Run: chmod 600 '{path}'"), key)
            : (Finding.Ok(Name, $"'{path}', not open to all"), key);
    }
}
