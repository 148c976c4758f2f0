using System.Collections.Frozen;

namespace IdentityHub.Storage.Users;

/// <summary>The passwords that are guessed first: <c>common-passwords.txt</c>. NIST SP 800-63B §3.1.1.2.</summary>
public static class CommonPasswords
{
    private static readonly Lazy<FrozenSet<string>> All = new(Read);

    /// <summary>True when the password is on the list, however it is cased and in whatever form of Unicode it comes.</summary>
    public static bool Contains(string password) => All.Value.Contains(NameNormalizer.Normalize(password));

    /// <summary>True when a client-sent hash is that of a password on the list, as it is written there.</summary>
    /// <param name="kind">One of <see cref="ClientSentHash.Kinds"/>.</param>
    public static bool ContainsHash(string kind, string sent) => Hashes[kind].Value.Contains(sent);

    private static readonly FrozenDictionary<string, Lazy<FrozenSet<string>>> Hashes = ClientSentHash.Kinds.ToFrozenDictionary(
        kind => kind,
        kind => new Lazy<FrozenSet<string>>(() =>
            Lines().Select(line => ClientSentHash.Of(kind, line)).ToFrozenSet(StringComparer.Ordinal)),
        StringComparer.Ordinal);

    private static FrozenSet<string> Read() => Lines().Select(NameNormalizer.Normalize).ToFrozenSet(StringComparer.Ordinal);

    private static List<string> Lines()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream("common-passwords.txt")!;
        using var reader = new StreamReader(stream);
        var passwords = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
                passwords.Add(line);
        }

        return passwords;
    }
}
