using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Browsers in the control room of an installation with <see cref="Administrations.Config"/>.</summary>
internal static class ControlRooms
{
    public const string Cookie = "__Host-hub-control-room";

    /// <summary>Opens a page of the control room; logs in where the login page comes up.</summary>
    public static async Task<Page> EnterAsync(this Browser browser, string userName, string path = "/admin")
    {
        var page = await browser.OpenAsync(path);
        return page.IsLogin() ? await browser.FollowedAsync(await browser.LogInAsync(page, userName, Administrations.Password)) : page;
    }

    /// <summary>Opens a page, and follows the redirects to the address of the installation, which is not that of the test.</summary>
    public static async Task<Page> OpenAsync(this Browser browser, string path) =>
        await browser.FollowedAsync(await browser.GetAsync(path));

    /// <summary>Goes on where the browser is sent to the installation's own address.</summary>
    public static async Task<Page> FollowedAsync(this Browser browser, Page page)
    {
        while (page.Location is { } location && location.StartsWith(Installation.Issuer + "/", StringComparison.Ordinal))
            page = await browser.GetAsync(location[Installation.Issuer.Length..]);
        return page;
    }

    /// <summary>A browser in which the user has entered the control room.</summary>
    public static async Task<Browser> EnterAsync(this Hub hub, string userName)
    {
        var browser = new Browser(hub.Client);
        var page = await browser.EnterAsync(userName);
        Assert.That(page.Path, Does.StartWith("/admin"), page.Answer.Body);
        return browser;
    }

    /// <summary>The form of an action on the page, or on the page that asks; null for none.</summary>
    public static AngleSharp.Html.Dom.IHtmlFormElement? FormOf(this Page page, string action, string? target = null) =>
        page.Document.Forms.FirstOrDefault(form =>
            form.QuerySelector("[name=do]")?.GetAttribute("value") == action
            && (target is null || form.QuerySelector("[name=target]")?.GetAttribute("value") == target));

    /// <summary>Opens the form of an action, and submits it.</summary>
    public static async Task<Page> DoAsync(
        this Browser browser, string path, string action, string? target, params (string Name, string? Value)[] fields)
    {
        var query = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var page = await browser.OpenAsync(
            $"{path}{query}do={action}{(target is null ? "" : $"&target={Uri.EscapeDataString(target)}")}");
        var form = page.FormOf(action, target) ?? throw new InvalidOperationException($"No form of {action}: {page.Answer}");
        return await browser.SubmitAsync(page, form, fields);
    }
}
