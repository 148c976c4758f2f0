using System.Globalization;
using System.Security.Cryptography;
using IdentityHub.Storage.SecondFactors;

namespace IdentityHub.Server.Authentication.Totp;

/// <summary>The secret that a user's authenticator app and the hub share.</summary>
internal static class TotpSecret
{
    // RFC 4648 §6.
    private const int Group = 4;

    // A QR code holds about 2,300 characters, and each one of a name may take nine of them.
    private const int MostOfName = 64;

    /// <summary>A fresh secret from the system's CSPRNG.</summary>
    public static byte[] Draw() => RandomNumberGenerator.GetBytes(TotpCode.SecretBytes);

    /// <summary>As it is typed into an app that reads no QR code: base32 without padding. RFC 4648 §6.</summary>
    public static string TextOf(ReadOnlySpan<byte> secret) => Base32.Write(secret);

    /// <summary>The same in groups of four, for people.</summary>
    public static string GroupedTextOf(ReadOnlySpan<byte> secret) =>
        string.Join(' ', TextOf(secret).Chunk(Group).Select(group => new string(group)));

    /// <summary>What the QR code says: the key URI that authenticator apps read.</summary>
    /// <param name="issuer">Name of the installation, which the app shows: the first 64 characters.</param>
    /// <param name="account">User name, which the app shows: the first 64 characters.</param>
    public static string UriOf(ReadOnlySpan<byte> secret, string issuer, string account)
    {
        var (name, user) = (Uri.EscapeDataString(Cut(issuer)), Uri.EscapeDataString(Cut(account)));
        return $"otpauth://totp/{name}:{user}?secret={TextOf(secret)}&issuer={name}&algorithm=SHA1&digits={TotpCode.Digits}"
            + $"&period={TotpCode.StepSeconds}";
    }

    // No letter is cut in two.
    private static string Cut(string name)
    {
        var end = 0;
        while (end < name.Length && end + StringInfo.GetNextTextElementLength(name, end) is var next and <= MostOfName)
            end = next;
        return name[..end];
    }
}
