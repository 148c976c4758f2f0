using BenchmarkDotNet.Attributes;
using IdentityHub.Protocol;

namespace IdentityHub.Benchmarks;

/// <summary>An opaque value: made, recognised, and refused by its checksum, which is what saves the database a question.</summary>
[MemoryDiagnoser]
public class TokenFormat
{
    private readonly string _token = OpaqueToken.Create(OpaqueTokenType.RefreshToken);
    private string _cut = "";

    [GlobalSetup]
    public void Cut() => _cut = string.Concat(_token.AsSpan(0, _token.Length - 1), _token[^1] == 'A' ? "B" : "A");

    [Benchmark]
    public string Create() => OpaqueToken.Create(OpaqueTokenType.RefreshToken);

    [Benchmark]
    public bool Recognise() => OpaqueToken.IsWellFormed(_token, OpaqueTokenType.RefreshToken);

    [Benchmark]
    public bool Refuse() => OpaqueToken.IsWellFormed(_cut, OpaqueTokenType.RefreshToken);
}
