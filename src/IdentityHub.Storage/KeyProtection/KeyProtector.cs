using System.Security.Cryptography;
using System.Text;

namespace IdentityHub.Storage.KeyProtection;

/// <summary>
/// Wraps what must not be in the database in clear (signing keys, Data Protection keys, outbox payloads, tenants' keys) with
/// AES-256-GCM under keys derived from the 32-byte keys of one file. The same file serves all nodes and the command line.
/// </summary>
/// <remarks>
/// The file holds one key a line, as base64. The first is the key of the installation: keyed hashes are made with it, and it wraps as long
/// as no other line says <c>wrap:</c>. A line <c>wrap:KEY</c> wraps in its place; a line <c>read:KEY</c> only unwraps. The first line never
/// goes, because a hash cannot be made again from the database. Empty lines, and lines that begin with <c>#</c>, are passed over.
/// </remarks>
public sealed class KeyProtector : IDisposable
{
    private const byte FormatVersion = 1;
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const string WrapLine = "wrap:";
    private const string ReadLine = "read:";

    // The key of the installation.
    private readonly byte[] _root;

    // All keys, the one that wraps first.
    private readonly IReadOnlyList<byte[]> _keys;

    /// <param name="root">32 bytes from a CSPRNG.</param>
    public KeyProtector(ReadOnlySpan<byte> root)
    {
        if (root.Length != KeyLength)
            throw new ArgumentException("The key-protection key holds exactly 32 bytes.", nameof(root));
        _root = root.ToArray();
        _keys = [_root];
    }

    private KeyProtector(byte[] root, IReadOnlyList<byte[]> keys) => (_root, _keys) = (root, keys);

    /// <summary>True where the file names more than one key: some values may be wrapped with another than the one that wraps.</summary>
    public bool HasSeveralKeys => _keys.Count > 1;

    /// <summary>
    /// Reads the keys from <paramref name="path"/>. Where the file is missing and <paramref name="createIfMissing"/> is set, makes it with
    /// one key, readable by its owner only.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is missing or a line does not hold 32 bytes of base64; says what to do.</exception>
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

        return Parse(ReadWritten(path), path);
    }

    /// <summary>Wraps <paramref name="plain"/>; only the same <paramref name="purpose"/> unwraps it.</summary>
    public byte[] Wrap(string purpose, ReadOnlySpan<byte> plain)
    {
        var wrapped = new byte[1 + NonceLength + TagLength + plain.Length];
        wrapped[0] = FormatVersion;
        var nonce = wrapped.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(WrappingKeyOf(_keys[0]), TagLength);
        aes.Encrypt(
            nonce, plain, wrapped.AsSpan(1 + NonceLength + TagLength), wrapped.AsSpan(1 + NonceLength, TagLength),
            Encoding.UTF8.GetBytes(purpose));
        return wrapped;
    }

    /// <summary>Undoes <see cref="Wrap"/>, with whichever key of the file it was wrapped.</summary>
    /// <exception cref="CryptographicException">Another key, another purpose, or a changed value.</exception>
    public byte[] Unwrap(string purpose, ReadOnlySpan<byte> wrapped)
    {
        foreach (var key in _keys)
        {
            if (TryUnwrap(key, purpose, wrapped) is { } plain)
                return plain;
        }

        throw new AuthenticationTagMismatchException("Not a value wrapped by the key-protection key.");
    }

    /// <summary>Whether a text has the form of a wrapped value in base64; another text of the same place is none.</summary>
    public static bool MayBeWrapped(string text)
    {
        var wrapped = new byte[text.Length];
        return Convert.TryFromBase64String(text, wrapped, out var length)
            && length >= 1 + NonceLength + TagLength && wrapped[0] == FormatVersion;
    }

    /// <summary>Wraps a value again with the key that wraps; null where it was wrapped with it.</summary>
    /// <inheritdoc cref="Unwrap" path="/exception"/>
    public byte[]? Rewrap(string purpose, ReadOnlySpan<byte> wrapped)
    {
        if (TryUnwrap(_keys[0], purpose, wrapped) is { } unwrapped)
        {
            CryptographicOperations.ZeroMemory(unwrapped);
            return null;
        }

        var plain = Unwrap(purpose, wrapped);
        try
        {
            return Wrap(purpose, plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>A 32-byte key of its own for <paramref name="purpose"/> (HKDF-SHA256, RFC 5869).</summary>
    public byte[] DeriveKey(string purpose) => Derive(_root, purpose);

    /// <summary>The same for each key of the file, the one that wraps first.</summary>
    public IReadOnlyList<byte[]> DeriveFromEach(string purpose) => [.. _keys.Select(key => Derive(key, purpose))];

    public void Dispose()
    {
        foreach (var key in _keys)
            CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>The shell command that makes a key file which only its owner can read.</summary>
    public static string CommandFor(string path) => $"(umask 077 && openssl rand -base64 32 > '{path}')";

    private static KeyProtector Parse(string text, string path)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(static line => !line.StartsWith('#'))
            .ToList();
        if (lines.Count == 0 || lines.Count(static line => line.StartsWith(WrapLine, StringComparison.Ordinal)) > 1)
            throw new InvalidDataException(
                $"The key-protection key '{path}' must begin with a key, and at most one line may begin with '{WrapLine}'.");
        var root = KeyOf(lines[0], path);
        var (wrapping, reading) = (new List<byte[]>(), new List<byte[]>());
        foreach (var line in lines.Skip(1))
        {
            var isWrapping = line.StartsWith(WrapLine, StringComparison.Ordinal);
            if (!isWrapping && !line.StartsWith(ReadLine, StringComparison.Ordinal))
                throw new InvalidDataException(
                    $"The key-protection key '{path}' has a line after the first that begins with neither '{WrapLine}' nor '{ReadLine}'.");
            (isWrapping ? wrapping : reading).Add(KeyOf(line[WrapLine.Length..].Trim(), path));
        }

        return new KeyProtector(root, [.. wrapping, root, .. reading]);
    }

    private static byte[] KeyOf(string text, string path)
    {
        var key = new byte[KeyLength];
        return Convert.TryFromBase64String(text, key, out var length) && length == KeyLength
            ? key
            : throw new InvalidDataException($"The key-protection key '{path}' does not hold 32 bytes of base64.");
    }

    private static byte[]? TryUnwrap(byte[] key, string purpose, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length < 1 + NonceLength + TagLength || wrapped[0] != FormatVersion)
            return null;
        var plain = new byte[wrapped.Length - 1 - NonceLength - TagLength];
        using var aes = new AesGcm(WrappingKeyOf(key), TagLength);
        try
        {
            aes.Decrypt(
                wrapped.Slice(1, NonceLength), wrapped[(1 + NonceLength + TagLength)..], wrapped.Slice(1 + NonceLength, TagLength), plain,
                Encoding.UTF8.GetBytes(purpose));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] WrappingKeyOf(byte[] key) => Derive(key, "wrap");

    private static byte[] Derive(byte[] key, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyLength, info: Encoding.UTF8.GetBytes("identityhub:" + purpose));

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
