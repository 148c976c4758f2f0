using System.Net.Http.Headers;
using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>The sample API, which takes access tokens with ASP.NET Core's own <c>JwtBearer</c> handler, unmodified.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class JwtBearerTests(DatabaseKind kind)
{
    private InteropServer _server = null!;
    private SampleProcess _api = null!;

    [OneTimeSetUp]
    public async Task StartApiAsync()
    {
        _server = await Servers.GetAsync(kind);
        _api = await SampleProcess.StartAsync("Samples.Api", "http://127.0.0.1:0", ("Hub:Authority", _server.Issuer));
    }

    [OneTimeTearDown]
    public async Task StopApiAsync() => await _api.DisposeAsync();

    [Test, Spec("RFC 9068", "4")]
    public async Task The_handler_accepts_an_access_token_for_its_API()
    {
        var answer = await _api.Client.GetAnswerAsync("/orders", await MachineTokenAsync("orders.read"));

        Assert.That((answer.Status, answer["owner"]), Is.EqualTo((200, "machine")), answer.ToString());
    }

    [Test, Spec("RFC 6750", "3.1")]
    public async Task The_handler_refuses_a_token_without_the_scope()
    {
        Assert.That((await _api.Client.GetAnswerAsync("/orders", await MachineTokenAsync("orders.write"))).Status, Is.EqualTo(403));
    }

    [Test, Spec("RFC 9068", "4")]
    public async Task The_handler_refuses_tokens_that_are_not_for_its_API()
    {
        var own = await MachineTokenAsync("orders.read");
        var tokens = new Dictionary<string, string?>
        {
            ["none"] = null,
            ["another audience"] = await MachineTokenAsync("stock.read"),
            ["changed"] = own[..^8] + "AAAAAAAA",
            ["an id_token"] = (
                await _server.Process.Client.LoginAsync(TestClient.Public("direct"), password: InteropConfig.Password, scope: "openid")
            )["id_token"]!,
        };

        foreach (var (name, token) in tokens)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/orders")
            {
                Headers = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
            };
            var answer = await _api.Client.AnswerAsync(request);
            Assert.That((answer.Status, answer.Header("WWW-Authenticate")?.Split(' ')[0]), Is.EqualTo((401, "Bearer")), name);
        }
    }

    private async Task<string> MachineTokenAsync(string scope)
    {
        var answer = await _server.Process.Client.AnswerAsync(new HttpRequestMessage(HttpMethod.Post, "/connect/token")
            .WithForm(("grant_type", "client_credentials"), ("scope", scope)).WithBasic("machine", "machine-secret"));
        return answer["access_token"] ?? throw new InvalidOperationException(answer.ToString());
    }
}
