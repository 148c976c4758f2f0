using AngleSharp.Html.Dom;
using IdentityHub.Storage.Audit;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Pages as their tests go through them.</summary>
internal static class Pages
{
    public const string SessionCookie = "__Host-hub";
    public const string FormsCookie = "__Host-hub-forms";

    /// <summary>Says which users have signed in with the browser. It opens nothing, and outlives sessions.</summary>
    public const string KnownCookie = "__Host-hub-known";

    /// <summary>Script and markup that must come out as the text that it is.</summary>
    public const string Evil = "\"'></title><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}&lt;b&gt;";

    /// <summary>A browser in which the user has just logged in, on the account page.</summary>
    public static async Task<(Browser Browser, Page Page)> SignInAsync(this Hub hub, User user, params (string Name, string? Value)[] more)
    {
        var browser = new Browser(hub.Client);
        var page = await browser.LogInAsync(await browser.GetAsync("/login"), user.UserName!, HubUsers.Password, more);
        Assert.That((page.Path, page.Status), Is.EqualTo(("/account", 200)), page.Answer.Body);
        return (browser, page);
    }

    /// <summary>The value of the cookie that names the session; null without one.</summary>
    public static string? Session(this Browser browser) => browser.Cookies.GetValueOrDefault(SessionCookie);

    /// <summary>The form that goes there.</summary>
    public static IHtmlFormElement FormTo(this Page page, string action) =>
        page.Document.Forms.FirstOrDefault(form => form.GetAttribute("action") == action)
        ?? throw new InvalidOperationException($"The page {page.Path} has no form to {action}: {page.Answer}");

    /// <summary>Submits the form that goes there.</summary>
    public static Task<Page> SubmitAsync(this Browser browser, Page page, string action, params (string Name, string? Value)[] fields) =>
        browser.SubmitAsync(page, page.FormTo(action), fields);

    /// <summary>The text of the first such element; null when there is none.</summary>
    public static string? Text(this Page page, string selector) => page.Document.QuerySelector(selector)?.TextContent.Trim();

    /// <summary>The language that the page says that it is in.</summary>
    public static string? Language(this Page page) => page.Document.DocumentElement.GetAttribute("lang");

    /// <summary>What the page says that is wrong.</summary>
    public static string? Failure(this Page page) => page.Text(".failure li");

    /// <summary>True for a page that holds nothing but what its templates wrote: no markup came in by a value.</summary>
    public static bool IsIntact(this Page page) =>
        page.Document.Scripts.All(script =>
            script.TextContent.Length == 0 && script.Source?.StartsWith("/assets/", StringComparison.Ordinal) is true)
        && page.Document.All.All(element =>
            element.Attributes.All(attribute => !attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase)))
        && page.Document.QuerySelectorAll("img").All(image => image.GetAttribute("src")!.StartsWith("/assets/", StringComparison.Ordinal));

    /// <summary>Types of the audit rows of a user, in order.</summary>
    public static async Task<IReadOnlyList<AuditEvent>> AuditAsync(this Hub hub, Guid userId, string type, int count = 1) =>
        await Eventually.GetAsync(
            async () =>
            {
                await using var context = hub.NewContext();
                return await context
                    .AuditEvents.Where(row => row.UserId == userId && row.Type == type)
                    .OrderBy(row => row.Id)
                    .ToListAsync();
            },
            rows => rows.Count >= count);
}
