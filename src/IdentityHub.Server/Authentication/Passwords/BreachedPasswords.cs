using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Authentication.Passwords;

/// <summary>
/// Looks passwords up in a folder of range files: passwords that are known from breaches, as published by Have I Been Pwned. The name of
/// a file is the first five hexadecimal digits of the SHA-1 of the passwords in it (<c>21BD1</c> or <c>21BD1.txt</c>); each line is the
/// rest of a hash, a colon, and how often the password was seen. No call leaves the server.
/// </summary>
internal sealed class BreachedPasswords(IOptions<HubSettings> settings, ILogger<BreachedPasswords> log)
{
    private const int PrefixLength = 5;
    private readonly string _folder = settings.Value.Passwords.BreachedFolder;

    /// <summary>True when the password is in the folder. False without a folder, and where its file is missing or unreadable.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "The published files are named after it; nothing is protected by it.")]
    public bool Contains(string password)
    {
        if (_folder.Length == 0)
            return false;
        var hash = Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
        var (prefix, rest) = (hash[..PrefixLength], hash[PrefixLength..]);
        try
        {
            var plain = Path.Combine(_folder, prefix);
            var file = File.Exists(plain) ? plain : plain + ".txt";
            return File.Exists(file) && File.ReadLines(file).Any(line => IsEntry(line, rest));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            Log.BreachedPasswordsUnreadable(log, unreadable);
            return false;
        }
    }

    // A line with the count 0 is padding.
    private static bool IsEntry(string line, string rest) =>
        line.Length > rest.Length + 1
        && line[rest.Length] == ':'
        && line.StartsWith(rest, StringComparison.OrdinalIgnoreCase)
        && long.TryParse(line.AsSpan(rest.Length + 1), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var count)
        && count > 0;
}
