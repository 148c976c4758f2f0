using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>What the server accepts as a passkey, https://github.com/MasterKale/SimpleWebAuthn accepts too.</summary>
[Spec("WebAuthn Level 3", "7")]
public class PasskeyTests
{
    private const string Enrolment = "/account/passkeys";
    private const string SignIn = "/login/passkey";
    private const string Password = "Alice-Pass-1234";

    private const string Config =
        $"""
        users:
          - id: 11111111-1111-4111-8111-111111111111
            user_name: alice
            password: "plain:{Password}"
        """;

    [Test]
    public async Task A_library_that_nobody_here_wrote_verifies_the_same_attestation_and_the_same_assertion()
    {
        await using var hub = await Hub.StartAsync(Config);
        var browser = new Browser(hub.Client);
        var login = await browser.GetAsync("/login");
        await browser.SubmitAsync(login, login.FormWith("password"), ("username", "alice"), ("password", Password));
        using var authenticator = new SoftwareAuthenticator();

        var (added, enrolment) = await RunAsync(browser, Enrolment, Enrolment, authenticator.Create, ("name", "x"));
        var stranger = new Browser(hub.Client);
        var (signedIn, signIn) = await RunAsync(stranger, "/login", SignIn, authenticator.Get);

        Assert.That(added.Document.QuerySelectorAll("ul.rows > li"), Has.Exactly(1).Items, added.Answer.Body);
        Assert.That(signedIn.Path, Is.EqualTo("/account"));
        var told = new JsonObject
        {
            ["rpId"] = new Uri(Installation.Issuer).Host,
            ["origin"] = Installation.Issuer,
            ["enrolment"] = enrolment,
            ["signIn"] = signIn,
        };
        await NodeScript.RunAsync("simplewebauthn/verify.mjs", told.ToJsonString());
    }

    // One ceremony: what the page asks with, and what is sent back.
    private static async Task<(Page Page, JsonObject Ceremony)> RunAsync(
        Browser browser, string pagePath, string formPath, Func<JsonElement, string> use, params (string Name, string? Value)[] more)
    {
        var page = await browser.GetAsync(pagePath);
        var options = (await browser.GetAsync($"{formPath}?handler=Options")).Answer.Json;
        var credential = use(options);
        var answer = await browser.SubmitAsync(page, page.FormWith("credential"), [("credential", credential), .. more]);
        return (answer, new JsonObject
        {
            ["challenge"] = options.GetProperty("challenge").GetString(),
            ["credential"] = JsonNode.Parse(credential),
        });
    }
}
