using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using IdentityHub.Protocol;

namespace IdentityHub.Benchmarks;

/// <summary>A presented client secret against its stored digest: SHA-256, then a comparison in fixed time.</summary>
[MemoryDiagnoser]
public class SecretCheck
{
    private const string Secret = "a client secret of ordinary length: 48 characters";

    private readonly byte[] _digest = TokenHash.Of(Secret);

    [Params(Secret, "wrong")]
    public string Presented { get; set; } = Secret;

    [Benchmark]
    public bool Matches()
    {
        Span<byte> presented = stackalloc byte[TokenHash.Length];
        TokenHash.Write(Presented, presented);
        return CryptographicOperations.FixedTimeEquals(presented, _digest);
    }
}
