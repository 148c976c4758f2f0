using System.Security.Cryptography;
using System.Text.RegularExpressions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Support;

/// <summary>The page on which users change their addresses, and the link that undoes it.</summary>
internal static partial class AddressPages
{
    public const string Addresses = "/account/addresses";
    public const string Email = "/account/addresses?handler=Email";
    public const string Phone = "/account/addresses?handler=Phone";
    public const string Confirm = "/account/addresses?handler=Confirm";
    public const string Undo = "/account/addresses/undo";

    /// <summary>What the page of a link says that undoes nothing any more.</summary>
    public const string Dead =
        "This link has been used, has expired, or the address belongs to another account now. Ask the administrator for help.";

    /// <summary>Changes an address of the user who is signed in, with the code that is sent to it.</summary>
    /// <param name="form">One of <see cref="Email"/> and <see cref="Phone"/>.</param>
    public static async Task ChangeAddressAsync(this Hub hub, Browser browser, string form, string field, string wanted)
    {
        var sent = await browser.SubmitAsync(await browser.GetAsync(Addresses), form, (field, wanted));
        var done = await browser.SubmitAsync(sent, Confirm, ("code", await hub.CodeAsync(wanted)));
        Assert.That(done.Text(".notice"), Does.EndWith(" is verified."), done.Answer.Body);
    }

    /// <summary>The newest link that was sent to an address, once there is one.</summary>
    public static async Task<string> UndoLinkAsync(this Hub hub, string address)
    {
        var sent = await Eventually.GetAsync(
            () => Task.FromResult(hub.SentTo(address)), sent => sent.Any(message => Link().IsMatch(message.Text.Text)));
        return sent.Select(message => Link().Match(message.Text.Text)).First(match => match.Success).Groups[1].Value;
    }

    /// <summary>The sentences of the notice on a page.</summary>
    public static IEnumerable<string> Said(this Page page) =>
        page.Document.QuerySelectorAll(".notice p").Select(sentence => sentence.TextContent);

    /// <summary>A new user with an e-mail address that is proven.</summary>
    public static Task<User> AddProvenUserAsync(this Hub hub) =>
        hub.AddUserAsync(user => (user.Email, user.EmailConfirmed) = ($"{user.Id:N}@example.com", true));

    public static string NewAddress() => $"{Guid.NewGuid():N}@example.com";

    public static string NewNumber() => $"+278{RandomNumberGenerator.GetString("0123456789", 8)}";

    [GeneratedRegex(@"https?://[^/\s]+(/account/addresses/undo\?token=ihu_[A-Za-z0-9_-]{49})")]
    private static partial Regex Link();
}
