using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>A challenge of a passkey is used up for all nodes at once.</summary>
[Spec("ASSURANCE", "R7"), Spec("WebAuthn Level 3", "13.4.3")]
public class PasskeyReplayTests
{
    [Test]
    public async Task R7_What_one_node_has_asked_for_the_other_accepts_once_and_of_many_at_once_one()
    {
        await using var installation = await Installation.CreateAsync(CodeFlow.Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var user = await a.AddUserAsync();
        var (owner, _) = await a.SignInAsync(user);
        using var passkey = await owner.NewPasskeyAsync();
        var browser = new Browser(a.Client);
        var page = await browser.GetAsync("/login");
        var options = await browser.OptionsAsync(PasskeyPages.Login);
        var other = browser.CopyTo(b.Client);

        var signed = passkey.Get(options);
        var first = await other.SubmitAsync(page, PasskeyPages.Login, ("credential", signed));
        var replayed = await browser.SubmitAsync(page, PasskeyPages.Login, ("credential", signed));
        Assert.That((first.Path, replayed.Failure()), Is.EqualTo(("/account", PasskeyPages.Refused)));

        var next = passkey.Get(await browser.OptionsAsync(PasskeyPages.Login));
        var copies = Enumerable.Range(0, 10).Select(i => browser.CopyTo(i % 2 == 0 ? a.Client : b.Client)).ToList();
        var answers = await Task.WhenAll(
            copies.Select(copy => copy.SubmitOnceAsync(page, page.FormTo(PasskeyPages.Login), ("credential", next))));
        var statuses = answers.Select(answer => answer.Status).ToList();
        Assert.That(statuses.Count(status => status == 303), Is.EqualTo(1), string.Join(' ', statuses));
        Assert.That(statuses.Where(status => status != 303), Is.All.EqualTo(400));
    }
}
