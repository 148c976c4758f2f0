using System.Globalization;
using System.Text.RegularExpressions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Users.Import;

/// <summary>Reads a file with the "password hash parameters" of a Firebase project, as the Firebase console shows them.</summary>
internal static partial class FirebaseFile
{
    /// <exception cref="CommandException">A parameter is missing or not what it should be. The message never holds the key.</exception>
    public static FirebaseParameters Read(FileInfo file)
    {
        var text = File.ReadAllText(file.FullName);
        return new FirebaseParameters(Bytes("base64_signer_key"), Bytes("base64_salt_separator"), Number("rounds"), Number("mem_cost"));

        string Value(string name) => Member().Matches(text).LastOrDefault(member => member.Groups[1].Value == name)?.Groups[2].Value
            ?? throw new CommandException(
                $"{file.Name} has no '{name}': copy the password hash parameters of the Firebase console into it, from 'hash_config "
                    + $"{{' to '}}'.");

        byte[] Bytes(string name)
        {
            var value = Value(name);
            var bytes = new byte[value.Length];
            return Convert.TryFromBase64String(value, bytes, out var length)
                ? bytes[..length]
                : throw new CommandException($"{file.Name}: '{name}' is not base64.");
        }

        int Number(string name) =>
            int.TryParse(Value(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new CommandException($"{file.Name}: '{name}' is not a number.");
    }

    [GeneratedRegex("""\b(base64_signer_key|base64_salt_separator|rounds|mem_cost)["']?\s*[:=]\s*["']?([A-Za-z0-9+/=]+)""")]
    private static partial Regex Member();
}
