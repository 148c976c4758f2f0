using IdentityHub.Protocol;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;
using static IdentityHub.Server.Tests.Support.AddressPages;

namespace IdentityHub.Server.Tests.Ui.Account;

/// <summary>A user changes their e-mail address or phone number, and the owner of the old one undoes that.</summary>
public class AddressesTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string WrongCode = "The code is wrong or has expired.";

    [TestCase("new.{0}@example.com")]
    [TestCase("jürgen+tag.{0}@exämple.com")]
    public async Task A_code_that_was_sent_to_the_new_address_changes_it_and_the_old_one_gets_a_notice(string form)
    {
        var user = await Hub.AddProvenUserAsync();
        var wanted = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Guid.NewGuid().ToString("N")[..12]);
        var (browser, _) = await Hub.SignInAsync(user);
        var sent = await browser.SubmitAsync(await browser.GetAsync(Addresses), Email, ("email", wanted));
        Assert.That(sent.Text(".notice"), Does.Contain(wanted).And.Contain("10 minutes"));
        Assert.That((await Hub.ReadUserAsync(user.Id)).Email, Is.EqualTo(user.Email), "nothing changes before the code is typed");

        var code = await Hub.CodeAsync(wanted);
        var done = await browser.SubmitAsync(sent, Confirm, ("code", $"{Wide(code[..3])} {code[3..]}"));

        Assert.That(done.Text(".notice"), Is.EqualTo("Your e-mail address is verified."));
        var after = await Hub.ReadUserAsync(user.Id);
        Assert.That(
            (after.Email, after.NormalizedEmail, after.EmailConfirmed, after.SecurityStamp),
            Is.EqualTo((wanted, wanted.ToUpperInvariant(), true, user.SecurityStamp)));
        Assert.That(await Hub.AuditAsync(user.Id, "user.address_changed"), Has.Exactly(1).Items);
        var notice = await Eventually.GetAsync(() => Task.FromResult(Hub.SentTo(user.Email!)), mails => mails.Count > 0);
        Assert.That(notice.Single().Text.Subject, Is.EqualTo("Your e-mail address was changed"));
        Assert.That(notice.Single().Text.Text, Does.Not.Contain(wanted), "the old address need not be the user's any more");
        Assert.That((await browser.GetAsync("/account")).Path, Is.EqualTo("/account"), "the session goes on");
    }

    [Test]
    public async Task The_link_in_the_notice_puts_the_addresses_back_once_and_closes_the_account_to_who_changed_them()
    {
        var user = await Hub.AddProvenUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var phone = NewNumber();
        await Hub.ChangeAddressAsync(browser, Email, "email", NewAddress());
        await Hub.ChangeAddressAsync(browser, Phone, "phone", phone);
        await Hub.ChangeAddressAsync(browser, Email, "email", NewAddress());
        var link = await Hub.UndoLinkAsync(user.Email!);
        var stranger = new Browser(Client);
        for (var i = 0; i < 2; i++)
            Assert.That((await stranger.GetAsync(link)).Text("p bdi"), Is.EqualTo(user.UserName), "a mail scanner opens it too");
        Assert.That((await browser.GetAsync("/account")).Path, Is.EqualTo("/account"));

        var page = await stranger.GetAsync(link);
        var done = await stranger.SubmitAsync(page, Undo);
        var again = await stranger.SubmitAsync(page, Undo);

        Assert.That(
            done.Said(),
            Is.EqualTo(
                [$"The address {user.Email} is back.", "The address that was added is removed.", "Every device is signed out."]));
        Assert.That((again.Status, again.Failure()), Is.EqualTo((400, Dead)));
        var after = await Hub.ReadUserAsync(user.Id);
        Assert.That(
            (after.Email, after.EmailConfirmed, after.PhoneNumber, after.PhoneNumberConfirmed, after.PasswordHash),
            Is.EqualTo((user.Email, true, (string?)null, false, (string?)null)));
        Assert.That((await browser.GetAsync("/account")).Path, Does.StartWith("/login"));
        Assert.That((await Hub.AuditAsync(user.Id, "session.ended")).Select(row => row.Reason), Is.EqualTo(["address_undone"]));
        Assert.That(await Hub.AuditAsync(user.Id, "user.address_undone"), Has.Exactly(1).Items);
    }

    [Test]
    [Spec("ASSURANCE", "E1")]
    public async Task E1_A_link_that_was_never_made_is_answered_as_one_that_was_used()
    {
        var user = await Hub.AddProvenUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        await Hub.ChangeAddressAsync(browser, Email, "email", NewAddress());
        var link = await Hub.UndoLinkAsync(user.Email!);
        var owner = new Browser(Client);
        await owner.SubmitAsync(await owner.GetAsync(link), Undo);

        var used = await owner.GetAsync(link);
        var invented = await owner.GetAsync(
            $"{link[..link.IndexOf('=', StringComparison.Ordinal)]}={OpaqueToken.Create(OpaqueTokenType.AddressUndo)}");

        Assert.That((used.Status, used.Failure()), Is.EqualTo((400, Dead)));
        Assert.That((invented.Status, Words(invented, user.Email!)), Is.EqualTo((used.Status, Words(used, user.Email!))));
    }

    [Test]
    public async Task The_link_of_an_earlier_change_makes_those_of_later_changes_void()
    {
        var user = await Hub.AddProvenUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var attackers = NewAddress();
        await Hub.ChangeAddressAsync(browser, Email, "email", attackers);
        await Hub.ChangeAddressAsync(browser, Email, "email", NewAddress());
        var (first, second) = (await Hub.UndoLinkAsync(user.Email!), await Hub.UndoLinkAsync(attackers));
        var other = new Browser(Client);
        await other.SubmitAsync(await other.GetAsync(first), Undo);

        Assert.That((await other.GetAsync(second)).Failure(), Is.EqualTo(Dead));
        Assert.That((await Hub.ReadUserAsync(user.Id)).Email, Is.EqualTo(user.Email));
    }

    [Test]
    public async Task The_owner_of_an_old_phone_number_undoes_by_text_message_and_a_link_dies_after_seven_days()
    {
        await using var hub = await StartHubAsync();
        var number = NewNumber();
        var user = await hub.AddUserAsync(user => (user.PhoneNumber, user.PhoneNumberConfirmed, user.UserName) = (number, true, number));
        var (browser, _) = await hub.SignInAsync(user);
        var wanted = NewNumber();
        await hub.ChangeAddressAsync(browser, Phone, "phone", wanted);
        Assert.That((await hub.ReadUserAsync(user.Id)).UserName, Is.EqualTo(wanted), "a name that is the number changes with it");
        Assert.That(
            hub.SentTo(wanted)[0].Text.Text.Split('\n')[^1], Does.Match("^@[a-z.]+ #[0-9]{6}$"), "browsers fill the code in");
        var link = await hub.UndoLinkAsync(number);

        hub.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        var early = await new Browser(hub.Client).GetAsync(link);
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        var late = await new Browser(hub.Client).GetAsync(link);

        Assert.That((early.Status, late.Status, late.Failure()), Is.EqualTo((200, 400, Dead)));
    }

    [Test]
    public async Task A_number_that_came_back_is_the_name_again()
    {
        var number = NewNumber();
        var user = await Hub.AddUserAsync(user => (user.PhoneNumber, user.PhoneNumberConfirmed, user.UserName) = (number, true, number));
        var (browser, _) = await Hub.SignInAsync(user);
        await Hub.ChangeAddressAsync(browser, Phone, "phone", NewNumber());
        var other = new Browser(Client);
        await other.SubmitAsync(await other.GetAsync(await Hub.UndoLinkAsync(number)), Undo);

        var after = await Hub.ReadUserAsync(user.Id);
        Assert.That((after.PhoneNumber, after.UserName, after.NormalizedUserName), Is.EqualTo((number, number, number)));
    }

    [Test, Spec("ASSURANCE", "E1")]
    public async Task E1_An_address_of_another_user_is_answered_as_a_free_one_and_gets_nothing()
    {
        await using var hub = await StartHubAsync();
        var (user, other) = (await hub.AddProvenUserAsync(), await hub.AddProvenUserAsync());
        var (browser, _) = await hub.SignInAsync(user);
        var seen = new HashSet<string>();
        foreach (var address in new[] { NewAddress(), other.Email! })
        {
            var sent = await browser.SubmitAsync(await browser.GetAsync(Addresses), Email, ("email", address));
            var wrong = await browser.SubmitAsync(sent, Confirm, ("code", "000000"));
            await hub.LookedAtAsync();
            seen.Add($"{sent.Status} {Words(sent, address)} {wrong.Status} {wrong.Failure()} {Words(wrong, address)}");
        }

        Assert.That(seen, Has.Count.EqualTo(1), string.Join('\n', seen));
        Assert.That(seen.Single(), Does.Contain(WrongCode));
        Assert.That(hub.SentTo(other.Email!), Is.Empty);
    }

    [Test, Spec("ASSURANCE", "R9")]
    public async Task R9_Two_users_who_prove_one_address_at_once_do_not_share_it()
    {
        var address = NewAddress();
        var parties = new List<(User User, Browser Browser, Page Page, string Code)>();
        await using var hub = await StartHubAsync();
        for (var i = 0; i < 2; i++)
        {
            var user = await hub.AddProvenUserAsync();
            var (browser, _) = await hub.SignInAsync(user);
            var page = await browser.SubmitAsync(await browser.GetAsync(Addresses), Email, ("email", address));
            parties.Add((user, browser, page, await hub.CodeAsync(address, i + 1)));
            hub.Time.Advance(TimeSpan.FromSeconds(31));
        }

        var answers = await Task.WhenAll(parties.Select(party => party.Browser.SubmitAsync(party.Page, Confirm, ("code", party.Code))));

        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo([200, 400]));
        Assert.That(answers.Single(answer => answer.Status == 400).Failure(), Is.EqualTo(WrongCode));
        await using var context = hub.NewContext();
        Assert.That(await context.Users.CountAsync(user => user.Email == address), Is.EqualTo(1));
    }

    [Test]
    public async Task A_code_is_good_in_the_session_that_asked_for_it_and_once()
    {
        var user = await Hub.AddProvenUserAsync();
        var ((browser, _), (elsewhere, _)) = (await Hub.SignInAsync(user), await Hub.SignInAsync(user));
        var wanted = NewAddress();
        var sent = await browser.SubmitAsync(await browser.GetAsync(Addresses), Email, ("email", wanted));
        var code = await Hub.CodeAsync(wanted);
        var elsewherePage = await elsewhere.SubmitAsync(await elsewhere.GetAsync(Addresses), Email, ("email", NewAddress()));

        var stolen = await elsewhere.SubmitAsync(elsewherePage, Confirm, ("address", wanted), ("code", code));
        var done = await browser.SubmitAsync(sent, Confirm, ("code", code));
        var again = await browser.SubmitAsync(sent, Confirm, ("code", code));

        Assert.That((stolen.Failure(), again.Failure()), Is.EqualTo((WrongCode, WrongCode)));
        Assert.That(done.Text(".notice"), Is.EqualTo("Your e-mail address is verified."));
    }

    [Test]
    [Spec("ASSURANCE", "B3")]
    public async Task B3_After_five_wrong_codes_the_right_one_changes_no_address()
    {
        var user = await Hub.AddProvenUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var wanted = NewAddress();
        var page = await browser.SubmitAsync(await browser.GetAsync(Addresses), Email, ("email", wanted));
        var code = await Hub.CodeAsync(wanted);
        for (var i = 0; i < 5; i++)
            page = await browser.SubmitAsync(page, Confirm, ("code", Otps.Wrong(code)));

        var right = await browser.SubmitAsync(page, Confirm, ("code", code));

        Assert.That((right.Status, right.Failure()), Is.EqualTo((page.Status, WrongCode)));
        Assert.That((await Hub.ReadUserAsync(user.Id)).Email, Is.EqualTo(user.Email));
    }

    [Test]
    public async Task An_address_that_was_never_proven_is_proven_and_everything_else_stays()
    {
        var user = await Hub.AddUserAsync(user => (user.Email, user.PhoneNumber) = ($"{user.Id:N}@example.com", NewNumber()));
        var (browser, _) = await Hub.SignInAsync(user);
        var page = await browser.GetAsync(Addresses);
        var sent = await browser.SubmitAsync(
            page, page.Document.Forms.First(form => form.TextContent.Contains("Verify this e-mail", StringComparison.Ordinal)));
        await browser.SubmitAsync(sent, Confirm, ("code", await Hub.CodeAsync(user.Email!)));

        var after = await Hub.ReadUserAsync(user.Id);
        Assert.That(
            (after.EmailConfirmed, after.PhoneNumber, after.PasswordHash), Is.EqualTo((true, user.PhoneNumber, user.PasswordHash)));
        Assert.That(await Hub.AuditAsync(user.Id, "user.address_confirmed"), Has.Exactly(1).Items);
        await using var context = Hub.NewContext();
        Assert.That(await context.AddressChanges.CountAsync(change => change.UserId == user.Id), Is.Zero);
    }

    [Test]
    public async Task A_sign_in_that_is_older_than_a_quarter_of_an_hour_changes_no_address()
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddProvenUserAsync();
        var (browser, _) = await hub.SignInAsync(user);
        var wanted = NewAddress();
        var page = await browser.GetAsync(Addresses);
        var sent = await browser.SubmitAsync(page, Email, ("email", wanted));
        var code = await hub.CodeAsync(wanted);
        hub.Time.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(1));

        Assert.That((await browser.GetAsync(Addresses)).Document.QuerySelector("#email"), Is.Null);
        Assert.That((await browser.SubmitAsync(page, Email, ("email", wanted))).Path, Does.StartWith("/login"));
        Assert.That((await browser.SubmitAsync(sent, Confirm, ("code", code))).Path, Does.StartWith("/login"));
        Assert.That((await hub.ReadUserAsync(user.Id)).Email, Is.EqualTo(user.Email));
    }

    [Test, Spec("ASSURANCE", "B6")]
    public async Task B6_A_user_has_ten_codes_an_hour_sent_to_whatever_addresses()
    {
        await using var hub = await StartHubAsync();
        var (browser, _) = await hub.SignInAsync(await hub.AddProvenUserAsync());
        var page = await browser.GetAsync(Addresses);
        for (var i = 0; i < 10; i++)
            Assert.That((await browser.SubmitAsync(page, Email, ("email", NewAddress()))).Status, Is.EqualTo(200));

        var refused = await browser.SubmitAsync(page, Email, ("email", NewAddress()));

        Assert.That(
            (refused.Status, refused.Failure()), Is.EqualTo((429, "Too many codes were sent. You can have another one in 60 minutes.")));
    }

    [TestCase(Email, "email", "nobody", "This is no e-mail address.")]
    [TestCase(Email, "email", "a@example.com,b@example.com", "This is no e-mail address.")]
    [TestCase(Email, "email", Pages.Evil, "This is no e-mail address.")]
    [TestCase(Phone, "phone", "12", "This is no phone number. Write it with its country code, such as +49 151 23456789.")]
    [TestCase(Phone, "phone", "0761234567", "This is no phone number. Write it with its country code, such as +49 151 23456789.")]
    public async Task What_is_no_address_is_told_so_beside_its_field(string form, string field, string value, string sentence)
    {
        var (browser, _) = await Hub.SignInAsync(await Hub.AddProvenUserAsync());
        var page = await browser.SubmitAsync(await browser.GetAsync(Addresses), form, (field, value));

        Assert.That((page.Status, page.Failure(), page.IsIntact()), Is.EqualTo((400, sentence, true)));
        Assert.That(page.Document.QuerySelector(".failure a")!.GetAttribute("href"), Is.EqualTo($"#{field}"));
    }

    private static string Words(Page page, string address) =>
        string.Join(
            ' ',
            page.Document.QuerySelector("main")!.TextContent.Replace(address, "ADDRESS", StringComparison.Ordinal)
                .Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

    private static string Wide(string digits) => string.Concat(digits.Select(digit => (char)(digit - '0' + '０')));
}
