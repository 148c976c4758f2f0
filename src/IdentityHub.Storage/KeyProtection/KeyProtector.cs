using System.Security.Cryptography;
using System.Text;

namespace IdentityHub.Storage.KeyProtection;

/// <summary>
/// Wraps what must not be in the database in clear (signing keys, Data Protection keys, outbox payloads, tenants' keys) with
/// AES-256-GCM under keys derived from one 32-byte key file. The same file serves all nodes and the command line.
/// </summary>
public sealed class KeyProtector : IDisposable
{
    private const byte FormatVersion = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly byte[] _root;

    /// <param name="root">32 bytes from a CSPRNG.</param>
    public KeyProtector(ReadOnlySpan<byte> root)
    {
        if (root.Length != 32)
            throw new ArgumentException("The key-protection key holds exactly 32 bytes.", nameof(root));
        _root = root.ToArray();
    }

    /// <summary>
    /// Reads the key from <paramref name="path"/> (32 bytes as base64). Where the file is missing and
    /// <paramref name="createIfMissing"/> is set, makes it, readable by its owner only.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is missing or does not hold 32 bytes of base64; says what to do.</exception>
    public static KeyProtector FromFile(string path, bool createIfMissing)
    {
        if (!File.Exists(path))
        {
            if (!createIfMissing)
                throw new InvalidDataException(
                    $"The key-protection key '{path}' is missing. Make it once, readable by its owner only, and give it to every node: "
                        + $"{CommandFor(path)}");
            Create(path);
        }

        Span<byte> root = stackalloc byte[32];
        var text = ReadWritten(path);
        if (!Convert.TryFromBase64String(text, root, out var length) || length != 32)
            throw new InvalidDataException($"The key-protection key '{path}' does not hold 32 bytes of base64.");
        var protector = new KeyProtector(root);
        CryptographicOperations.ZeroMemory(root);
        return protector;
    }

    /// <summary>Wraps <paramref name="plain"/>; only the same <paramref name="purpose"/> unwraps it.</summary>
    public byte[] Wrap(string purpose, ReadOnlySpan<byte> plain)
    {
        var wrapped = new byte[1 + NonceLength + TagLength + plain.Length];
        wrapped[0] = FormatVersion;
        var nonce = wrapped.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(DeriveKey("wrap"), TagLength);
        aes.Encrypt(
            nonce, plain, wrapped.AsSpan(1 + NonceLength + TagLength), wrapped.AsSpan(1 + NonceLength, TagLength),
            Encoding.UTF8.GetBytes(purpose));
        return wrapped;
    }

    /// <summary>Undoes <see cref="Wrap"/>.</summary>
    /// <exception cref="CryptographicException">Another key, another purpose, or a changed value.</exception>
    public byte[] Unwrap(string purpose, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length < 1 + NonceLength + TagLength || wrapped[0] != FormatVersion)
            throw new AuthenticationTagMismatchException("Not a value wrapped by the key-protection key.");

        var plain = new byte[wrapped.Length - 1 - NonceLength - TagLength];
        using var aes = new AesGcm(DeriveKey("wrap"), TagLength);
        aes.Decrypt(
            wrapped.Slice(1, NonceLength), wrapped[(1 + NonceLength + TagLength)..], wrapped.Slice(1 + NonceLength, TagLength), plain,
            Encoding.UTF8.GetBytes(purpose));
        return plain;
    }

    /// <summary>A 32-byte key of its own for <paramref name="purpose"/> (HKDF-SHA256, RFC 5869).</summary>
    public byte[] DeriveKey(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, 32, info: Encoding.UTF8.GetBytes("identityhub:" + purpose));

    public void Dispose() => CryptographicOperations.ZeroMemory(_root);

    /// <summary>The shell command that makes a key file which only its owner can read.</summary>
    public static string CommandFor(string path) => $"(umask 077 && openssl rand -base64 32 > '{path}')";

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Span<byte> root = stackalloc byte[32];
        RandomNumberGenerator.Fill(root);
        try
        {
            using var writer = new StreamWriter(path, SecretFile.OptionsOf(FileMode.CreateNew, FileShare.ReadWrite));
            writer.WriteLine(Convert.ToBase64String(root));
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process made it first: its key is the one. (Moving a finished file into place would not decide: on Unix the
            // framework looks and then renames, and the later of two replaces the earlier.)
        }
    }

    // A process that starts at the same moment may have made the file and not yet written its one line.
    private static string ReadWritten(string path)
    {
        var text = "";
        SpinWait.SpinUntil(() => (text = File.ReadAllText(path).Trim()).Length > 0, TimeSpan.FromSeconds(2));
        return text;
    }
}
