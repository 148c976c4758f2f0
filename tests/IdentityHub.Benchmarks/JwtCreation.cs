using BenchmarkDotNet.Attributes;
using IdentityHub.Protocol.Jose;

namespace IdentityHub.Benchmarks;

/// <summary>One <c>at+jwt</c> of a machine client (RFC 9068), claims ready: header, base64url and one signature.</summary>
[MemoryDiagnoser]
public class JwtCreation
{
    private byte[] _payload = [];
    private JwtSigner? _signer;

    [ParamsSource(nameof(Algorithms))]
    public string Algorithm { get; set; } = JwsAlgorithms.ES256;

    public static IEnumerable<string> Algorithms => JwsAlgorithms.Asymmetric;

    [GlobalSetup]
    public void CreateKey()
    {
        _signer = JwtSigner.Create(Algorithm);
        _payload = """
            {"iss":"https://id.example.com","sub":"demo-machine","aud":"orders","client_id":"demo-machine","iat":1795305600,"exp":1795309200,"jti":"6f1f4a2c9d6b4a0d8f0f2f9c3b1e7a55","scope":"orders.read orders.write"}
            """u8.ToArray();
    }

    [Benchmark]
    public string CreateJwt() => _signer!.CreateJwt("at+jwt", _payload);

    [GlobalCleanup]
    public void DropKey() => _signer?.Dispose();
}
