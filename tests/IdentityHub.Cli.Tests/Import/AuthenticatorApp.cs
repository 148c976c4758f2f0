using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IdentityHub.Cli.Tests.Import;

/// <summary>The authenticator app of a user of the older system. It knows nothing of the hub's own code.</summary>
/// <param name="Secret">Twenty characters of ASCII: the bytes of the secret.</param>
internal sealed record AuthenticatorApp(string Secret)
{
    /// <summary>What the app shows at a moment. RFC 6238.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "HMAC-SHA-1 is what RFC 6238 and the apps have.")]
    public string CodeAt(DateTimeOffset time)
    {
        var counter = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, time.ToUnixTimeSeconds() / 30);
        var hash = HMACSHA1.HashData(Encoding.ASCII.GetBytes(Secret), counter);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0x0F)) & 0x7FFF_FFFF;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}
