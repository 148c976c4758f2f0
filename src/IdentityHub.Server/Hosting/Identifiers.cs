using System.Buffers.Binary;
using System.Security.Cryptography;

namespace IdentityHub.Server.Hosting;

/// <summary>
/// Makes identifiers that must be unique or unguessable but are no secrets (trace ids, row ids, <c>jti</c>) without a call into the
/// operating system for each: random bytes are drawn from the CSPRNG by the kilobyte.
/// </summary>
internal static class Identifiers
{
    private const int PoolSize = 1024;
    private static readonly int Process = RandomNumberGenerator.GetInt32(int.MaxValue);
    private static long counter = RandomNumberGenerator.GetInt32(int.MaxValue);

    [ThreadStatic]
    private static byte[]? pool;

    [ThreadStatic]
    private static int used;

    /// <summary>Fills <paramref name="destination"/> (at most 1 KiB) with bytes of the CSPRNG. No other call gets the same bytes.</summary>
    public static void FillRandom(Span<byte> destination)
    {
        if (pool is null || PoolSize - used < destination.Length)
        {
            RandomNumberGenerator.Fill(pool ??= new byte[PoolSize]);
            used = 0;
        }

        var taken = pool.AsSpan(used, destination.Length);
        taken.CopyTo(destination);
        taken.Clear();
        used += destination.Length;
    }

    /// <summary>
    /// A UUID of version 7 (RFC 9562 §5.7): the time, then a number of this process and a count, so that ids of one node are in order.
    /// </summary>
    public static Guid NewId(DateTimeOffset now)
    {
        Span<byte> id = stackalloc byte[16];
        var count = Interlocked.Increment(ref counter);
        BinaryPrimitives.WriteInt64BigEndian(id, now.ToUnixTimeMilliseconds() << 16);
        BinaryPrimitives.WriteUInt16BigEndian(id[6..], (ushort)(0x7000 | ((count >> 32) & 0x0fff)));
        BinaryPrimitives.WriteInt32BigEndian(id[8..], Process);
        BinaryPrimitives.WriteUInt32BigEndian(id[12..], (uint)count);
        id[8] = (byte)(0x80 | (id[8] & 0x3f));
        return new Guid(id, bigEndian: true);
    }
}
