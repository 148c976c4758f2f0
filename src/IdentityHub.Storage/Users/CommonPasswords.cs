using System.Collections.Frozen;

namespace IdentityHub.Storage.Users;

/// <summary>The passwords that everybody who guesses tries first: <c>common-passwords.txt</c>. NIST SP 800-63B §3.1.1.2.</summary>
public static class CommonPasswords
{
    private static readonly Lazy<FrozenSet<string>> All = new(Read);

    /// <summary>True when the password is on the list, however it is cased and in whatever form of Unicode it comes.</summary>
    public static bool Contains(string password) => All.Value.Contains(NameNormalizer.Normalize(password));

    private static FrozenSet<string> Read()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream("common-passwords.txt")!;
        using var reader = new StreamReader(stream);
        var passwords = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
                passwords.Add(NameNormalizer.Normalize(line));
        }

        return passwords.ToFrozenSet(StringComparer.Ordinal);
    }
}
