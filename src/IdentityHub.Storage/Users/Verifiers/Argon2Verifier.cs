using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// Argon2id, Argon2i and Argon2d (RFC 9106) in the form that their own tools write,
/// <c>$argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$DIGEST</c> with base64 without padding; Django writes <c>argon2</c> before it, and
/// directories <c>{ARGON2}</c>. No <c>v</c> is version 16.
/// </summary>
internal sealed partial class Argon2Verifier : IPasswordVerifier
{
    /// <summary>Most memory in KiB.</summary>
    public const int MaxMemoryKiB = (int)(MemoryBudget.Bytes / 1024);

    /// <summary>Most KiB that are written, passes times memory.</summary>
    public const int MaxWorkKiB = 3 * MaxMemoryKiB;

    private const int MaxLanes = 64;
    private const int BlocksOfLane = 8;

    public StoredHash? Read(string stored)
    {
        if (Form().Match(stored) is not { Success: true } form)
            return null;
        var (memory, passes, lanes) = (Number(form.Groups[3]), Number(form.Groups[4]), Number(form.Groups[5]));
        if (memory > MaxMemoryKiB || memory * passes > MaxWorkKiB)
            return StoredHash.Refused(
                $"has m={memory},t={passes} of Argon2; at most m={MaxMemoryKiB}, and m times t at most {MaxWorkKiB}, are checked");
        var version = form.Groups[2].Success ? Number(form.Groups[2]) : Argon2Parameters.Version10;
        if (lanes is 0 or > MaxLanes
            || passes == 0
            || memory < BlocksOfLane * lanes
            || (version != Argon2Parameters.Version10 && version != Argon2Parameters.Version13))
            return StoredHash.Refused($"has parameters that are not Argon2's, or more than {MaxLanes} lanes");
        if (!Digests.TryDecode(form.Groups[6].Value, out var salt)
            || !Digests.TryDecode(form.Groups[7].Value, out var digest)
            || !Digests.AreUsable(salt, digest))
            return StoredHash.Refused("has a salt or a digest that is not Argon2's");

        var parameters = new Argon2Parameters.Builder(TypeOf(form.Groups[1].Value))
            .WithVersion((int)version)
            .WithMemoryAsKB((int)memory)
            .WithIterations((int)passes)
            .WithParallelism((int)lanes)
            .WithSalt(salt)
            .Build();
        return StoredHash.Of(password => MemoryBudget.Shared.Run(memory * 1024, () => Matches(parameters, password, digest)));
    }

    /// <summary>The form that is stored.</summary>
    /// <param name="type"><c>id</c>, <c>i</c> or <c>d</c>.</param>
    /// <param name="version">16 or 19.</param>
    public static string Write(string type, int version, int memoryKiB, int passes, int lanes, byte[] salt, byte[] digest) =>
        string.Create(
            CultureInfo.InvariantCulture, $"$argon2{type}$v={version}$m={memoryKiB},t={passes},p={lanes}${Encode(salt)}${Encode(digest)}");

    // BouncyCastle's works on the calling thread, whatever the lanes: the threads that hash passwords stay as many as they are.
    private static bool Matches(Argon2Parameters parameters, string password, byte[] digest)
    {
        var computed = new byte[digest.Length];
        var generator = new Argon2BytesGenerator();
        generator.Init(parameters);
        generator.GenerateBytes(Digests.Utf8(password), computed);
        return CryptographicOperations.FixedTimeEquals(computed, digest);
    }

    private static long Number(Group group) => long.Parse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture);

    private static int TypeOf(string type) => type switch
    {
        "id" => Argon2Parameters.Argon2id,
        "i" => Argon2Parameters.Argon2i,
        _ => Argon2Parameters.Argon2d,
    };

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    [GeneratedRegex(
        @"^(?:argon2|\{(?i:argon2)\})?\$argon2(id|i|d)(?:\$v=([0-9]{1,3}))?\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,"
            + @"9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)\z")]
    private static partial Regex Form();
}
