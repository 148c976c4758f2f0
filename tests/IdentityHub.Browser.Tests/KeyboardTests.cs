using IdentityHub.Testing;
using Microsoft.Playwright;
using NUnit.Framework;

namespace IdentityHub.Browser.Tests;

/// <summary>Pages without a mouse, and without scripts. WCAG 2.2 §2.1, §2.4.3, §2.4.7, §3.3.1.</summary>
[Spec("WCAG 2.2", "2.1.1")]
public class KeyboardTests
{
    private const string Focused = "document.activeElement.id || document.activeElement.name || document.activeElement.textContent.trim()";

    private const string HasOutline =
        "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' && "
            + "parseFloat(s.outlineWidth) >= 2; }";

    [Test]
    public async Task A_user_logs_in_and_agrees_with_the_keyboard_only()
    {
        await using var visit = await Visit.StartAsync();
        var page = visit.Page;
        await visit.OpenAsync(Site.Authorize("asking", "&prompt=consent"));

        Assert.That(await page.EvaluateAsync<string>(Focused), Is.EqualTo("username"), "where one begins");
        await page.Keyboard.TypeAsync(Site.Users[10]);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(Site.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/consent**");

        // What is ticked and asked for first comes first; the one that cannot be unticked is passed over.
        List<string> order = [];
        while (order is not [.., "allow"] && order.Count < 20)
        {
            await page.Keyboard.PressAsync("Tab");
            Assert.That(await page.EvaluateAsync<bool>(HasOutline), Is.True, $"the focus is seen after {string.Join(", ", order)}");
            order.Add(await page.EvaluateAsync<string>("document.activeElement.value"));
            if (order is ["email"] or [.., "email"])
                await page.Keyboard.PressAsync("Space");
        }

        Assert.That(order, Is.EqualTo(["profile", "email", "orders.read", "orders.write", "true", "allow"]));
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("http://asking.test/cb?code=**");
        Assert.That(visit.Complaints, Is.Empty);
    }

    [Test]
    public async Task A_password_is_shown_by_a_button_and_sent_as_one_and_a_caps_lock_is_told()
    {
        await using var visit = await Visit.StartAsync(new View(320, ColorScheme.Light, "fr"));
        var page = visit.Page;
        await visit.OpenAsync("/login");
        await page.FillAsync("#username", Site.Users[10]);
        await page.FillAsync("#password", Site.Password);
        await page.Keyboard.PressAsync("Tab");
        Assert.That(await page.EvaluateAsync<string>("document.activeElement.ariaLabel"), Is.EqualTo("Afficher: Mot de passe"));
        await page.Keyboard.PressAsync("Enter");
        Assert.That(await page.GetAttributeAsync("#password", "type"), Is.EqualTo("text"));
        Assert.That(await page.InputValueAsync("#password"), Is.EqualTo(Site.Password));
        foreach (var isOn in new[] { true, false })
        {
            await page.DispatchEventAsync("#password", "keydown", new { key = "A", modifierCapsLock = isOn });
            Assert.That(
                await page.TextContentAsync(".caps"), Is.EqualTo(isOn ? "Le verrouillage des majuscules est activé." : ""));
        }

        await page.DispatchEventAsync("#password", "keydown", new { key = "A", modifierCapsLock = true });
        await visit.LookAsync("login-caps-lock");
        await page.EvaluateAsync("addEventListener('submit', () => window.name = document.querySelector('#password').type)");
        await page.ClickAsync("form[action='/login'] button.whole");
        await page.WaitForURLAsync("**/account");
        Assert.That(await page.EvaluateAsync<string>("window.name"), Is.EqualTo("password"));
    }

    [Test]
    public async Task What_went_wrong_has_the_focus_and_leads_to_its_field()
    {
        await using var visit = await Visit.StartAsync();
        var page = visit.Page;
        await visit.OpenAsync("/login");
        await page.Keyboard.TypeAsync(Site.Users[11]);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("wrong");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync("[role=alert]");

        Assert.That(await page.TitleAsync(), Does.StartWith("Error: "));
        Assert.That(await page.EvaluateAsync<string>(Focused), Is.EqualTo("failure"));
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        Assert.That(await page.EvaluateAsync<string>(Focused), Is.EqualTo("username"));
        Assert.That(await page.GetAttributeAsync("#username", "aria-invalid"), Is.EqualTo("true"));
    }

    [TestCase("/account")]
    [TestCase("/account/password")]
    [TestCase("/account/sessions")]
    [TestCase("/account/passkeys")]
    [TestCase("/logout")]
    public async Task Everything_that_can_be_done_is_reached_in_the_order_in_which_it_is_read_and_seen_when_it_is(string path)
    {
        await using var visit = await Visit.StartAsync();
        var page = visit.Page;
        await visit.OpenAsync("/login");
        await visit.LogInAsync(Site.Users[12]);
        await visit.OpenAsync(path);
        await page.EvaluateAsync("() => { document.activeElement.blur(); window.getSelection().collapse(document.body, 0); }");
        var expected = await page.EvaluateAsync<int>(
            "document.querySelectorAll('a[href], button, select, input:not([type=hidden], [hidden])').length");

        var last = -1;
        for (var i = 0; i < expected; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var place = await page.EvaluateAsync<int>("[...document.querySelectorAll('*')].indexOf(document.activeElement)");
            Assert.That(place, Is.GreaterThan(last), $"step {i}: {await page.EvaluateAsync<string>(Focused)}");
            Assert.That(await page.EvaluateAsync<bool>(HasOutline), Is.True, await page.EvaluateAsync<string>(Focused));
            last = place;
        }
    }

    [Test]
    public async Task No_page_needs_a_script()
    {
        await using var visit = await Visit.StartAsync(withScripts: false);
        await visit.OpenAsync(Site.Authorize("asking", "&prompt=consent"));
        await visit.LogInAsync(Site.Users[13]);
        await visit.Page.ClickAsync("button[value=allow]");
        await visit.Page.WaitForURLAsync("http://asking.test/cb?code=**");
        await visit.OpenAsync("/account");
        await visit.Page.FillAsync("#given_name", "Alicia");
        await visit.Page.ClickAsync("form[action='/account'] button");
        Assert.That(await visit.Page.InputValueAsync("#given_name"), Is.EqualTo("Alicia"));
        await visit.OpenAsync("/logout");
        await visit.Page.ClickAsync("form button:not([type])");
        Assert.That(await visit.Page.TextContentAsync("h1"), Is.EqualTo("You are signed out"));
        Assert.That(visit.Complaints, Is.Empty);
    }
}
