using System.Security.Cryptography;
using IdentityHub.Testing;

namespace IdentityHub.Chaos.Load;

/// <summary>Signs in with a browser and redeems each authorization code at all nodes at once.</summary>
internal sealed class CodeLoad : ILoad
{
    // RFC 7636 appendix B.
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private const string Request =
        "/connect/authorize?client_id=web&response_type=code&redirect_uri=https%3A%2F%2Fweb.test%2Fcb&scope=openid&state=s&nonce=n"
            + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

    private Browser? _browser;

    public string Name => "authorization code";

    public async Task StepAsync(LoadRun run)
    {
        string? code = null;
        await run.AskAsync(
            Name,
            async node =>
            {
                _browser ??= new Browser(node);
                var page = await _browser.GetAsync(Request);
                if (page.Document.QuerySelector("input[name='password']") is not null)
                    page = await _browser.SubmitAsync(
                        page, page.FormWith("password"), ("username", $"user{RandomNumberGenerator.GetInt32(Cluster.Users)}"),
                        ("password", Cluster.Password));
                code = page.Location is null ? null : page.Sent("code");
                return page.Answer;
            });
        if (code is not { } value)
        {
            _browser = null;
            return;
        }

        await run.UseEverywhereAsync(
            Name, value,
            node => node.TokenAsync(
                ("grant_type", "authorization_code"), ("client_id", "web"), ("client_secret", "web-secret"), ("code", value),
                ("redirect_uri", "https://web.test/cb"), ("code_verifier", Verifier)));
    }
}
