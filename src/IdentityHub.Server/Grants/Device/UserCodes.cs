using System.Security.Cryptography;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Server.Grants.Device;

/// <summary>
/// Draws user codes and hashes them for the database: keyed with the installation's key, because 34 bits are found out of a plain hash
/// within the hour.
/// </summary>
/// <param name="draw">A code without its dash; as a rule <see cref="UserCode.Create"/>.</param>
internal sealed class UserCodes(KeyProtector protector, Func<string> draw)
{
    private readonly byte[] _key = protector.DeriveKey("user-code");

    /// <summary>A code that may be taken, without its dash.</summary>
    public string Draw() => draw();

    /// <summary>What is stored and looked up; 32 bytes.</summary>
    /// <param name="code">As <see cref="UserCode.Normalize"/> gives it.</param>
    public byte[] HashOf(string code) => HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(code));
}
