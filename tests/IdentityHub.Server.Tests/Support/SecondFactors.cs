using System.Text.RegularExpressions;
using IdentityHub.Server.Authentication.Totp;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using OtpNet;

namespace IdentityHub.Server.Tests.Support;

/// <summary>A user's authenticator app, which knows nothing of the hub's own code, and their recovery codes.</summary>
/// <param name="RecoveryCodes">As the page has shown them.</param>
internal sealed record TestAuthenticator(string Secret, IReadOnlyList<string> RecoveryCodes)
{
    /// <summary>What the app shows at a moment.</summary>
    public string CodeAt(DateTimeOffset time) => new Totp(Base32Encoding.ToBytes(Secret)).ComputeTotp(time.UtcDateTime);

    /// <summary>A code that is wrong now.</summary>
    public string WrongAt(DateTimeOffset time, int number = 0)
    {
        var right = Enumerable.Range(-1, 3).Select(step => CodeAt(time.AddSeconds(30 * step))).ToHashSet();
        return Enumerable.Range(0, 1_000_000).Select(i => $"{i:000000}").Where(code => !right.Contains(code)).ElementAt(number);
    }
}

/// <summary>Users with a second factor, as the pages make them.</summary>
internal static partial class SecondFactors
{
    public const string Page = "/account/authenticator";
    public const string Login = "/login/second";

    /// <summary>The secret that the page of a new app shows.</summary>
    public static string Secret(this Page page) => Blank().Replace(page.Text("#key")!, "");

    /// <summary>Sets up an authenticator app in a browser whose user has just logged in.</summary>
    public static async Task<TestAuthenticator> EnrolAsync(this Hub hub, Browser browser)
    {
        var page = await browser.GetAsync(Page);
        var app = new TestAuthenticator(page.Secret(), []);
        var done = await browser.SubmitAsync(page, Page, ("code", app.CodeAt(hub.Time.GetUtcNow())));
        Assert.That(
            (done.Status, done.Text(".notice")),
            Is.EqualTo((200, "Your authenticator app is set up. From now on you need it to sign in.")));
        return app with { RecoveryCodes = [.. done.Document.QuerySelectorAll("ol.codes code").Select(code => code.TextContent)] };
    }

    /// <summary>A new user with an authenticator app. The clock moves on, so that the next code is a fresh one.</summary>
    public static async Task<(User User, TestAuthenticator App)> AddUserWithAppAsync(this Hub hub)
    {
        var user = await hub.AddUserAsync();
        var (browser, _) = await hub.SignInAsync(user);
        var app = await hub.EnrolAsync(browser);
        hub.Time.Advance(TimeSpan.FromSeconds(30));
        return (user, app);
    }

    /// <summary>Stores an authenticator app of a user, as if they had set it up long ago.</summary>
    public static async Task<TestAuthenticator> SetUpAsync(this Hub hub, Guid userId)
    {
        var secret = TotpSecret.Draw();
        await using var context = hub.NewContext();
        context.Add(new TotpAuthenticator
        {
            UserId = userId,
            WrappedSecret = TotpWrapping.Wrap(hub.Services.GetRequiredService<KeyProtector>(), userId, secret),
            LastStep = 0,
            CreatedAt = hub.Time.GetUtcNow(),
        });
        (await context.Users.SingleAsync(user => user.Id == userId)).TwoFactorEnabled = true;
        await context.SaveChangesAsync();
        return new TestAuthenticator(Base32Encoding.ToString(secret).TrimEnd('='), []);
    }

    /// <summary>Types the password on the login page.</summary>
    /// <returns>The page of the second step.</returns>
    public static async Task<Page> PasswordAsync(this Browser browser, User user, string path = "/login")
    {
        var page = await browser.LogInAsync(await browser.GetAsync(path), user.UserName!, HubUsers.Password);
        Assert.That(page.Path, Does.StartWith(Login), page.Answer.Body);
        return page;
    }

    /// <summary>Types a code on the page of the second step.</summary>
    public static Task<Page> ProveAsync(this Browser browser, Page page, string proof) =>
        browser.SubmitAsync(page, Login, ("proof", proof));

    /// <summary>The page that asks for a recovery code.</summary>
    public static Task<Page> RecoverAsync(this Browser browser, Page page) =>
        browser.GetAsync(
            page.Document.Links.Single(link => link.TextContent == "Use a recovery code").GetAttribute("href")!);

    [GeneratedRegex(@"\s")]
    private static partial Regex Blank();
}
