using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.OAuth.Authorize;

/// <summary>A client asks for a login with more factors than the session has. The clock of the suite moves on from test to test.</summary>
[Parallelizable(ParallelScope.Self)]
[Spec("OpenID Connect Core", "3.1.2.1")]
public class StepUpTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string TwoFactors = "urn:identityhub:acr:2";

    private static readonly (string Name, string? Value) Essential =
        ("claims", "{\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"" + TwoFactors + "\"}}}");

    private static readonly (string Name, string? Value) Voluntary = ("acr_values", $"{TwoFactors} urn:identityhub:acr:1");

    [Test]
    [Spec("OpenID Connect Core", "5.5.1.1")]
    public async Task A_client_that_insists_gets_a_login_with_two_factors_or_an_error([Values] bool hasApp)
    {
        var (user, browser) = await SignedInAsync();
        var app = hasApp ? await Hub.SetUpAsync(user.Id) : null;
        var silent = await browser.GetAsync(CodeFlow.Address("web", Essential, ("prompt", "none")));
        Assert.That(silent.Sent("error"), Is.EqualTo("login_required"));

        var login = await browser.GetAsync(CodeFlow.Address("web", Essential));
        Assert.That(login.IsLogin(), Is.True, "the session has one factor");
        var answer = await browser.LogInAsync(login, user.UserName!, HubUsers.Password);
        if (app is null)
        {
            Assert.That(answer.Sent("error"), Is.EqualTo("unmet_authentication_requirements"));
            return;
        }

        answer = await browser.ProveAsync(answer, app.CodeAt(Hub.Time.GetUtcNow()));
        Assert.That(await ContextClassAsync(answer), Is.EqualTo(TwoFactors));

        // The session has two factors now, and is not asked again.
        Assert.That(await ContextClassAsync(await browser.GetAsync(CodeFlow.Address("web", Essential))), Is.EqualTo(TwoFactors));
    }

    [Test]
    public async Task A_client_that_wishes_gets_two_factors_of_a_user_who_has_them_and_one_of_others()
    {
        var (user, browser) = await SignedInAsync();
        Assert.That(
            await ContextClassAsync(await browser.GetAsync(CodeFlow.Address("web", Voluntary))), Is.EqualTo("urn:identityhub:acr:1"));

        await Hub.SetUpAsync(user.Id);
        var silent = await browser.GetAsync(CodeFlow.Address("web", Voluntary, ("prompt", "none")));
        var asked = await browser.GetAsync(CodeFlow.Address("web", Voluntary));

        Assert.That(await ContextClassAsync(silent), Is.EqualTo("urn:identityhub:acr:1"));
        Assert.That(asked.IsLogin(), Is.True);
    }

    [TestCase("urn:nowhere:gold")]
    [TestCase("")]
    [TestCase("urn:identityhub:acr:1")]
    [TestCase("urn:nowhere:gold urn:identityhub:acr:1 urn:identityhub:acr:2")]
    public async Task A_wish_that_is_met_or_not_known_asks_for_nothing(string values)
    {
        var (user, browser) = await SignedInAsync();
        await Hub.SetUpAsync(user.Id);

        Assert.That((await browser.GetAsync(CodeFlow.Address("web", ("acr_values", values)))).Sent("code"), Is.Not.Null);
    }

    [Test]
    [Spec("OpenID Connect Core", "12.2")]
    [Spec("RFC 9470", "6")]
    public async Task A_refresh_names_the_login_that_its_token_came_from_and_not_a_later_one_of_the_session(
        [Values("web", "other")] string client)
    {
        var (user, browser) = await SignedInAsync();
        var scope = ("scope", "openid offline_access");
        var tokens = await Client.RedeemAsync(client, (await browser.GetAsync(CodeFlow.Address(client, scope))).Sent("code"));
        var app = await Hub.SetUpAsync(user.Id);
        Hub.Time.Advance(TimeSpan.FromMinutes(1));
        var second = await browser.LogInAsync(
            await browser.GetAsync(CodeFlow.Address(client, Essential, scope)), user.UserName!, HubUsers.Password);
        var later = await Client.RedeemAsync(client, (await browser.ProveAsync(second, app.CodeAt(Hub.Time.GetUtcNow()))).Sent("code"));

        var refreshed = await Client.RefreshAsync(client, tokens["refresh_token"]);

        Assert.That(LoginOf(refreshed), Is.EqualTo(LoginOf(tokens)));
        Assert.That(LoginOf(refreshed), Does.StartWith("pwd urn:identityhub:acr:1 "));
        Assert.That(LoginOf(later), Does.StartWith("pwd otp mfa urn:identityhub:acr:2 "));
        Assert.That(
            (await Client.IntrospectAsync(client, later["access_token"])).Json.GetProperty("acr").GetString(), Is.EqualTo(TwoFactors));
    }

    // amr, acr and auth_time of the id_token; those of the access token must be the same.
    private static string LoginOf(Answer tokens)
    {
        var (id, access) = (new JsonWebToken(tokens["id_token"]), new JsonWebToken(tokens["access_token"]));
        Assert.That(
            (access.GetClaim("acr").Value, access.GetClaim("auth_time").Value),
            Is.EqualTo((id.GetClaim("acr").Value, id.GetClaim("auth_time").Value)));
        var methods = id.Claims.Where(claim => claim.Type == "amr").Select(claim => claim.Value);
        return $"{string.Join(' ', methods)} {id.GetClaim("acr").Value} {id.GetClaim("auth_time").Value}";
    }

    private async Task<(User User, Browser Browser)> SignedInAsync()
    {
        var user = await Hub.AddUserAsync();
        return (user, (await Hub.SignInAsync(user)).Browser);
    }

    private async Task<string> ContextClassAsync(Page answer)
    {
        var tokens = await Client.RedeemAsync("web", answer.Sent("code"));
        return new JsonWebToken(tokens["id_token"]).GetClaim("acr").Value;
    }
}
