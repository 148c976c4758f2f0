using System.Security.Cryptography;
using System.Text;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Server.Authentication.Totp;

/// <summary>The secret that a user's authenticator app and the hub share.</summary>
internal static class TotpSecret
{
    // RFC 4648 §6.
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int Group = 4;

    /// <summary>A fresh secret from the system's CSPRNG.</summary>
    public static byte[] Draw() => RandomNumberGenerator.GetBytes(TotpCode.SecretBytes);

    /// <summary>As it is typed into an app that reads no QR code: base32 without padding. RFC 4648 §6.</summary>
    public static string TextOf(ReadOnlySpan<byte> secret)
    {
        var text = new StringBuilder((secret.Length * 8 + 4) / 5);
        var (bits, count) = (0, 0);
        foreach (var one in secret)
        {
            bits = (bits << 8) | one;
            for (count += 8; count >= 5; count -= 5)
                text.Append(Base32[(bits >> (count - 5)) & 31]);
            bits &= (1 << count) - 1;
        }

        if (count > 0)
            text.Append(Base32[(bits << (5 - count)) & 31]);
        return text.ToString();
    }

    /// <summary>The same in groups of four, for people.</summary>
    public static string GroupedTextOf(ReadOnlySpan<byte> secret) =>
        string.Join(' ', TextOf(secret).Chunk(Group).Select(group => new string(group)));

    /// <summary>What the QR code says: the key URI that authenticator apps read.</summary>
    /// <param name="issuer">Name of the installation, which the app shows.</param>
    /// <param name="account">User name, which the app shows.</param>
    public static string UriOf(ReadOnlySpan<byte> secret, string issuer, string account) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(account)}?secret={TextOf(secret)}"
            + $"&issuer={Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={TotpCode.Digits}&period={TotpCode.StepSeconds}";

    /// <summary>As it is stored.</summary>
    public static byte[] Wrap(KeyProtector protector, Guid userId, ReadOnlySpan<byte> secret) => protector.Wrap(PurposeOf(userId), secret);

    /// <summary>Undoes <see cref="Wrap"/>.</summary>
    public static byte[] Unwrap(KeyProtector protector, Guid userId, ReadOnlySpan<byte> wrapped) =>
        protector.Unwrap(PurposeOf(userId), wrapped);

    // The row of one user cannot be put in place of another's.
    private static string PurposeOf(Guid userId) => $"totp:{userId:N}";
}
