using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Authorize;

/// <summary>Published apps whose scheme has no dot, and whose web view has an origin of its own.</summary>
[Spec("RFC 8252", "7.1")]
public class AppSchemeTests(DatabaseKind kind) : HubFixture(kind, Config)
{
    private const string Config = Parts.Apis + Parts.People +
        """
        clients:
          - { client_id: editor, token_endpoint_auth_method: none, grant_types: [authorization_code], redirect_uris: ["vscode://example.tool/cb", "myapp:/cb"],
              allow_custom_scheme: true, allowed_cors_origins: ["capacitor://localhost"], scope: openid }

        """;

    [TestCase("myapp:/cb")]
    [TestCase("vscode://example.tool/cb")]
    public async Task A_code_goes_to_the_app(string redirectUri)
    {
        var page = await new Browser(Client).AuthorizeAsync("editor", ("redirect_uri", redirectUri));

        Assert.That(page.Location, Does.StartWith(redirectUri + "?code="));
    }

    [TestCase("capacitor://localhost", "capacitor://localhost")]
    [TestCase("ionic://localhost", null)]
    public async Task Its_web_view_may_read_the_answers_of_the_token_endpoint(string origin, string? allowed)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, "/connect/token");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");

        Assert.That((await Client.AnswerAsync(request)).Header("Access-Control-Allow-Origin"), Is.EqualTo(allowed));
    }
}
