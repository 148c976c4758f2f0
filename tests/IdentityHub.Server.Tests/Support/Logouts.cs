using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.Sessions;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Logging in at clients and out again, and what that leaves in the outbox.</summary>
internal static class Logouts
{
    public const string Path = "/connect/endsession";

    /// <summary>A client whose secret is its id and <c>-secret</c>, as a line of the configuration.</summary>
    /// <param name="more">Further keys, e.g. <c>backchannel_logout_uri: "…"</c>.</param>
    public static string Client(string clientId, params IEnumerable<string> more) =>
        $"  - {{ {string.Join(", ", (string[])[
            $"client_id: {clientId}", "grant_types: [authorization_code, refresh_token]",
            $"client_secrets: [{{ value: \"plain:{clientId}-secret\" }}]",
            $"redirect_uris: [\"https://{clientId}.test/cb\"]", "scope: openid", .. more])} }}\n";

    /// <summary>A whole configuration with these <see cref="Client"/>s.</summary>
    public static string Config(params IEnumerable<string> clients) => Parts.People + "clients:\n" + string.Concat(clients);

    /// <summary>Signs the user of the browser in at a client; at the first one he logs in.</summary>
    public static async Task<Answer> SignInAsync(this HttpClient client, Browser browser, string clientId) =>
        await client.RedeemAsync(clientId, (await browser.AuthorizeAsync(clientId, ("scope", "openid"))).Sent("code"));

    /// <summary>The address of a logout request.</summary>
    public static string Address(params (string Name, string? Value)[] parameters) =>
        Path
        + "?"
        + string.Join(
            '&',
            parameters
                .Where(parameter => parameter.Value is not null)
                .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));

    /// <summary>Logs out with a hint, as a client does it.</summary>
    public static Task<Page> LogOutAsync(this Browser browser, string? idToken, params (string Name, string? Value)[] more) =>
        browser.GetAsync(Address([("id_token_hint", idToken), .. more]));

    /// <summary>True while the browser is signed in.</summary>
    public static async Task<bool> IsSignedInAsync(this Browser browser, string clientId) =>
        (await browser.GetAsync(CodeFlow.Address(clientId, ("prompt", "none")))).Sent("error") is null;

    /// <summary>True while there is somebody whom the logout page can ask.</summary>
    public static async Task<bool> IsAskedAsync(this Browser browser) =>
        (await browser.GetAsync("/logout")).Document.QuerySelector("[name='session']") is not null;

    /// <summary>Asserts that the page says that the user is signed out, and asks nothing.</summary>
    public static void AssertDone(Page page)
    {
        Assert.That((page.Status, page.Location), Is.EqualTo((200, (string?)null)), page.Answer.Body);
        Assert.That(page.Path, Does.StartWith("/logout"));
        Assert.That(page.Document.QuerySelector("[name='session']"), Is.Null, "nothing is asked");
        Assert.That(page.Document.QuerySelector("h1")!.TextContent, Is.EqualTo("You are signed out"));
    }

    /// <summary>Every message of the outbox, the oldest first; of messages to clients and others only the former.</summary>
    public static async Task<List<OutboxMessage>> OutboxAsync(this Hub hub)
    {
        await using var context = hub.NewContext();
        var messages = await context.OutboxMessages.AsNoTracking().OrderBy(message => message.Id).ToListAsync();

        // Where users get security notices as well.
        return messages.Exists(message => message.Channel == LogoutNotice.Channel)
            ? messages.FindAll(message => message.Channel is not ("email" or "sms"))
            : messages;
    }

    /// <summary>Waits until every message of the outbox is as it should be; the clock stands still meanwhile.</summary>
    public static Task<List<OutboxMessage>> OutboxAsync(this Hub hub, Predicate<OutboxMessage> isRight) =>
        Eventually.GetAsync(hub.OutboxAsync, messages => messages.Count > 0 && messages.TrueForAll(isRight));

    /// <summary>
    /// Moves the clock on, step by step, until every message of the outbox is as it should be. A deliverer looks every five seconds.
    /// </summary>
    public static async Task<List<OutboxMessage>> OutboxLaterAsync(this Hub hub, Predicate<OutboxMessage> isRight) =>
        await Eventually.GetAsync(
            () =>
            {
                hub.Time.Advance(TimeSpan.FromSeconds(1));
                return hub.OutboxAsync();
            },
            messages => messages.Count > 0 && messages.TrueForAll(isRight));
}
