using System.Text.Json;
using IdentityHub.Storage.Passkeys;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Passkeys as users make and use them on the pages, with an authenticator in code.</summary>
internal static class PasskeyPages
{
    public const string Account = "/account/passkeys";
    public const string Login = "/login/passkey";
    public const string Refused = "The passkey was not accepted. Try again, or sign in in another way.";

    /// <summary>What the script of the page asks the browser with.</summary>
    public static async Task<JsonElement> OptionsAsync(this Browser browser, string path)
    {
        var page = await browser.GetAsync($"{path}?handler=Options");
        Assert.That((page.Status, page.Answer.Header("Content-Type")), Is.EqualTo((200, "application/json")), page.Answer.ToString());
        return page.Answer.Json;
    }

    /// <summary>Adds a passkey to the account that is signed in.</summary>
    public static async Task<Page> EnrolAsync(this Browser browser, SoftwareAuthenticator authenticator, string name = "My key")
    {
        var page = await browser.GetAsync(Account);
        var credential = authenticator.Create(await browser.OptionsAsync(Account));
        return await browser.SubmitAsync(page, Account, ("credential", credential), ("name", name));
    }

    /// <summary>Adds a passkey to the account that is signed in, and makes sure of it.</summary>
    public static async Task<SoftwareAuthenticator> NewPasskeyAsync(
        this Browser browser, Action<SoftwareAuthenticator>? change = null, string name = "My key")
    {
        var authenticator = new SoftwareAuthenticator();
        change?.Invoke(authenticator);
        var page = await browser.EnrolAsync(authenticator, name);
        Assert.That(page.Text(".notice"), Is.EqualTo("The passkey is added. From now on you can sign in with it."), page.Failure());
        return authenticator;
    }

    /// <summary>Signs in on a login page.</summary>
    public static async Task<Page> UsePasskeyAsync(
        this Browser browser, Page page, SoftwareAuthenticator authenticator, params (string Name, string? Value)[] more) =>
        await browser.SubmitAsync(page, Login, [("credential", authenticator.Get(await browser.OptionsAsync(Login))), .. more]);

    /// <summary>Signs in on the login page of the server itself, in a browser of its own.</summary>
    public static async Task<Page> UsePasskeyAsync(this HttpClient client, SoftwareAuthenticator authenticator)
    {
        var browser = new Browser(client);
        return await browser.UsePasskeyAsync(await browser.GetAsync("/login"), authenticator);
    }

    /// <summary>The same browser, as far as its cookies go, at another node or in a request at the same time.</summary>
    public static Browser CopyTo(this Browser browser, HttpClient client)
    {
        var copy = new Browser(client);
        foreach (var (name, value) in browser.Cookies)
            copy.Cookies[name] = value;
        return copy;
    }

    /// <summary>What is stored of the passkeys of a user.</summary>
    public static async Task<IReadOnlyList<PasskeyData>> PasskeysAsync(this Hub hub, Guid userId) =>
        [.. (await hub.Services.GetRequiredService<PasskeyStore>().OfUserAsync(userId, CancellationToken.None)).Select(one => one.Data)];
}
