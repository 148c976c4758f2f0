using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Testing;

namespace IdentityHub.Chaos.Load;

/// <summary>Makes a user at the open endpoints, signs tokens with a <c>jti</c> for them, and presents each to all nodes at once.</summary>
internal sealed class CustomerTokenLoad : ILoad
{
    private readonly string _user = $"u{Guid.NewGuid():N}";
    private bool _isThere;

    public string Name => "customer token";

    public async Task StepAsync(LoadRun run)
    {
        if (!_isThere)
        {
            var made = await run.AskAsync(Name, MakeUserAsync);

            // Made by a request whose answer was lost.
            _isThere = made is { Status: 201 or 200 or 409 or 400 };
            return;
        }

        var ends = TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds();
        var token = Sign($$"""{"user":{"id":"{{_user}}","accountId":"acc"},"exp":{{ends}},"jti":"{{Guid.NewGuid():N}}"}""");
        await run.UseEverywhereAsync(
            Name, token,
            node => node.TokenAsync(
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("client_id", "referrals"),
                ("client_secret", "referrals-secret"), ("assertion", token)));
    }

    private Task<Answer> MakeUserAsync(HttpClient node)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/shop/open/account/acc/user/{_user}")
            .WithJson($$"""{"email":"{{_user}}@example.com","firstName":"Ann","lastName":"Bee"}""");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($":{Cluster.TenantKey}")));
        return node.AnswerAsync(request);
    }

    private static string Sign(string payload)
    {
        var input = $"{Encode("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Encode(Encoding.UTF8.GetBytes(payload))}";
        return $"{input}.{Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Cluster.TenantKey), Encoding.ASCII.GetBytes(input)))}";
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
