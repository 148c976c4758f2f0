using System.Text.Json;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using static IdentityHub.Server.Tests.Support.AddressPages;

namespace IdentityHub.Server.Tests.Ui.Account;

/// <summary>Who hears of another address of a user, and what the link of the notice undoes.</summary>
public class UndoLinkTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    [Test]
    public async Task The_link_removes_the_factors_that_were_added_after_the_change_and_no_older_ones()
    {
        await using var hub = await StartHubAsync();
        var (user, careful) = (await hub.AddProvenUserAsync(), await hub.AddProvenUserAsync());
        var ((browser, _), (carefuls, _)) = (await hub.SignInAsync(user), await hub.SignInAsync(careful));
        using var older = await browser.NewPasskeyAsync(name: "older");
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        await hub.ChangeAddressAsync(browser, Email, "email", NewAddress());
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        await hub.ChangeAddressAsync(carefuls, Email, "email", NewAddress());
        await hub.SetUpAsync(careful.Id);
        var before = hub.Time.GetUtcNow() - TimeSpan.FromMinutes(1);
        await using var context = hub.NewContext();
        await context.TotpAuthenticators.ExecuteUpdateAsync(totps => totps.SetProperty(totp => totp.CreatedAt, before));
        using var newer = await browser.NewPasskeyAsync(name: "newer");
        await hub.EnrolAsync(browser);

        foreach (var who in new[] { user, careful })
        {
            var stranger = new Browser(hub.Client);
            await stranger.SubmitAsync(await stranger.GetAsync(await hub.UndoLinkAsync(who.Email!)), Undo);
        }

        Assert.That((await hub.PasskeysAsync(user.Id)).Select(passkey => passkey.Name), Is.EqualTo(["older"]));
        Assert.That(await context.TotpAuthenticators.Select(totp => totp.UserId).ToListAsync(), Is.EqualTo([careful.Id]));
        Assert.That(await context.RecoveryCodes.CountAsync(code => code.UserId == user.Id), Is.Zero);
        Assert.That(
            ((await hub.ReadUserAsync(user.Id)).TwoFactorEnabled, (await hub.ReadUserAsync(careful.Id)).TwoFactorEnabled),
            Is.EqualTo((false, true)));
    }

    [Test]
    public async Task The_link_removes_an_address_that_was_added_before_the_change_with_every_link_to_it()
    {
        await using var hub = await StartHubAsync();
        var number = NewNumber();
        var user = await hub.AddUserAsync(user => (user.PhoneNumber, user.PhoneNumberConfirmed) = (number, true));
        var (browser, _) = await hub.SignInAsync(user);
        var added = NewAddress();
        await hub.ChangeAddressAsync(browser, Email, "email", added);
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        await hub.ChangeAddressAsync(browser, Email, "email", NewAddress());
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        await hub.ChangeAddressAsync(browser, Phone, "phone", NewNumber());
        var stranger = new Browser(hub.Client);

        await stranger.SubmitAsync(await stranger.GetAsync(await hub.UndoLinkAsync(number)), Undo);

        var after = await hub.ReadUserAsync(user.Id);
        Assert.That((after.Email, after.PhoneNumber, after.PhoneNumberConfirmed), Is.EqualTo(((string?)null, number, true)));
        Assert.That((await stranger.GetAsync(await hub.UndoLinkAsync(added))).Failure(), Is.EqualTo(Dead));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task An_old_address_comes_back_from_an_account_that_never_proved_it_and_from_no_other(bool isProven)
    {
        var user = await Hub.AddProvenUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var wanted = NewAddress();
        await Hub.ChangeAddressAsync(browser, Email, "email", wanted);
        var squatter = await Hub.AddUserAsync(squatter => (squatter.Email, squatter.EmailConfirmed) = (user.Email, isProven));
        var stranger = new Browser(Client);

        var done = await stranger.SubmitAsync(await stranger.GetAsync(await Hub.UndoLinkAsync(user.Email!)), Undo);

        Assert.That(
            (done.Status, (await Hub.ReadUserAsync(user.Id)).Email, (await Hub.ReadUserAsync(squatter.Id)).Email),
            Is.EqualTo(isProven ? (400, wanted, user.Email) : (200, user.Email, (string?)null)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task An_account_that_has_an_old_address_which_was_never_proven_does_not_keep_the_owner_out(bool isUserName)
    {
        var unproven = NewAddress();
        var number = NewNumber();
        var user = await Hub.AddUserAsync(user =>
        {
            (user.Email, user.PhoneNumber, user.PhoneNumberConfirmed) = (unproven, number, true);
            user.UserName = isUserName ? unproven : user.UserName;
        });
        var (browser, _) = await Hub.SignInAsync(user);
        var added = NewAddress();
        await Hub.ChangeAddressAsync(browser, Email, "email", added);
        var other = await Hub.AddUserAsync(other => (other.Email, other.EmailConfirmed) = (unproven, true));
        var stranger = new Browser(Client);

        var done = await stranger.SubmitAsync(await stranger.GetAsync(await Hub.UndoLinkAsync(number)), Undo);

        var after = await Hub.ReadUserAsync(user.Id);
        string[] renamed = isUserName ? [$"The user name was that address. It is {user.Id} now."] : [];
        Assert.That(
            done.Said(),
            Is.EqualTo(
                (string[])
                [
                    $"The older address {unproven}, which was never confirmed, could not be put back, because another user has it. "
                        + "The one that had taken its place is removed.",
                    .. renamed, "Every device is signed out.",
                ]),
            done.Answer.Body);
        Assert.That(
            (after.Email, after.EmailConfirmed, after.UserName, after.PhoneNumber, after.PasswordHash),
            Is.EqualTo(((string?)null, false, isUserName ? user.Id.ToString() : user.UserName, number, (string?)null)));
        Assert.That((await Hub.ReadUserAsync(other.Id)).Email, Is.EqualTo(unproven));
        Assert.That((await browser.GetAsync("/account")).Path, Does.StartWith("/login"), "the session has ended");
    }

    [Test]
    public async Task An_old_number_that_another_user_has_proven_does_not_keep_the_old_e_mail_address_from_its_owner()
    {
        var number = NewNumber();
        var user = await Hub.AddUserAsync(user => (user.Email, user.EmailConfirmed, user.PhoneNumber, user.PhoneNumberConfirmed) =
            ($"{user.Id:N}@example.com", true, number, true));
        var (browser, _) = await Hub.SignInAsync(user);
        await Hub.ChangeAddressAsync(browser, Email, "email", NewAddress());
        await Hub.ChangeAddressAsync(browser, Phone, "phone", NewNumber());
        await Hub.AddUserAsync(other => (other.PhoneNumber, other.PhoneNumberConfirmed) = (number, true));
        var stranger = new Browser(Client);

        var done = await stranger.SubmitAsync(await stranger.GetAsync(await Hub.UndoLinkAsync(user.Email!)), Undo);

        Assert.That(
            done.Said(),
            Is.EqualTo(
                (string[])
                [
                    $"The address {user.Email} is back.",
                    $"Another user has confirmed the address {number} in the meantime and keeps it. "
                        + "The one that had taken its place is removed.",
                    "Every device is signed out.",
                ]));

        var after = await Hub.ReadUserAsync(user.Id);
        Assert.That((after.Email, after.PhoneNumber, after.PhoneNumberConfirmed), Is.EqualTo((user.Email, (string?)null, false)));
    }

    [Test]
    public async Task An_address_that_is_taken_while_it_is_put_back_is_left_out_as_well()
    {
        await using var hub = await StartHubAsync();
        var (unproven, number) = (NewAddress(), NewNumber());
        var user = await hub.AddUserAsync(
            user => (user.Email, user.PhoneNumber, user.PhoneNumberConfirmed) = (unproven, number, true));
        var (browser, _) = await hub.SignInAsync(user);
        await hub.ChangeAddressAsync(browser, Email, "email", NewAddress());
        var link = await hub.UndoLinkAsync(number);
        var stranger = new Browser(hub.Client);
        var page = await stranger.GetAsync(link);
        var taken = 0;
        hub.BeforeStatement = async (sql, _) =>
        {
            // The first try has looked by then. On SQLite it holds the lock, so the other account comes before.
            var moment = Kind == DatabaseKind.Postgres ? "UPDATE users SET email = $1" : "BEGIN";
            if (sql.Contains(moment, StringComparison.Ordinal) && Interlocked.Exchange(ref taken, 1) == 0)
                await hub.AddUserAsync(other => other.Email = unproven);
        };

        var done = await stranger.SubmitAsync(page, Undo);

        hub.BeforeStatement = null;
        Assert.That((taken, done.Status, (await hub.ReadUserAsync(user.Id)).Email), Is.EqualTo((1, 200, (string?)null)));
    }

    [Test]
    public async Task Where_both_tries_lose_an_address_to_somebody_else_nothing_is_undone_and_the_page_says_so()
    {
        if (Kind == DatabaseKind.Sqlite)
            Assert.Ignore("On SQLite a transaction has the database for itself from its first look.");
        await using var hub = await StartHubAsync();
        var (unproven, number) = (NewAddress(), NewNumber());
        var user = await hub.AddUserAsync(
            user => (user.Email, user.PhoneNumber, user.PhoneNumberConfirmed) = (unproven, number, true));
        var (browser, _) = await hub.SignInAsync(user);
        var wanted = NewAddress();
        await hub.ChangeAddressAsync(browser, Email, "email", wanted);
        var link = await hub.UndoLinkAsync(number);
        hub.Time.Advance(TimeSpan.FromMinutes(1));
        await hub.ChangeAddressAsync(browser, Phone, "phone", NewNumber());
        var stranger = new Browser(hub.Client);
        var page = await stranger.GetAsync(link);
        var (emails, phones) = (0, 0);
        hub.BeforeStatement = async (sql, _) =>
        {
            // Not committed when the statement looks, and committed before it can write.
            if (sql.Contains("UPDATE users SET email = $1", StringComparison.Ordinal) && Interlocked.Increment(ref emails) == 1)
                await InsertSlowlyAsync(hub, other => other.Email = unproven);
            if (sql.Contains("UPDATE users SET phone_number = $1", StringComparison.Ordinal) && Interlocked.Increment(ref phones) == 1)
                await InsertSlowlyAsync(hub, other => other.PhoneNumber = number);
        };

        var done = await stranger.SubmitAsync(page, Undo);

        hub.BeforeStatement = null;
        Assert.That((emails, phones, done.Status, done.Failure()), Is.EqualTo((3, 1, 400, Dead)), done.Answer.Body);
        Assert.That((await hub.ReadUserAsync(user.Id)).Email, Is.EqualTo(wanted));
    }

    [Test]
    public async Task The_users_whose_rows_it_changes_are_locked_in_the_order_of_their_ids()
    {
        if (Kind == DatabaseKind.Sqlite)
            Assert.Ignore("On SQLite one transaction writes at a time.");
        await using var hub = await StartHubAsync();
        var user = await hub.AddProvenUserAsync();
        var (browser, _) = await hub.SignInAsync(user);
        await hub.ChangeAddressAsync(browser, Email, "email", NewAddress());
        var squatter = await hub.AddUserAsync(other => (other.Id, other.Email) = (new Guid(1, 0, 0, new byte[8]), user.Email));
        var stranger = new Browser(hub.Client);
        var page = await stranger.GetAsync(await hub.UndoLinkAsync(user.Email!));
        await using var transaction = await hub.Database.BeginAsync(CancellationToken.None);
        await SessionStore.TryHoldUserAsync(transaction, squatter.Id, CancellationToken.None);

        var undoing = stranger.SubmitAsync(page, Undo);
        await hub.SomeoneWaitsAsync();
        Assert.That(await SessionStore.TryHoldUserAsync(transaction, user.Id, CancellationToken.None), Is.True);
        await transaction.CommitAsync(CancellationToken.None);

        Assert.That(((await undoing).Status, (await hub.ReadUserAsync(user.Id)).Email), Is.EqualTo((200, user.Email)));
    }

    [Test]
    public async Task The_notice_to_an_old_address_is_sent_as_long_as_its_link_lives()
    {
        var user = await Hub.AddProvenUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        await Hub.ChangeAddressAsync(browser, Email, "email", NewAddress());
        await Hub.UndoLinkAsync(user.Email!);

        await using var context = Hub.NewContext();
        var protector = Hub.Services.GetRequiredService<KeyProtector>();
        var messages = (await context.OutboxMessages.AsNoTracking().Where(message => message.Channel == "email").ToListAsync())
            .Select(message => JsonSerializer.Deserialize<AddressedMessage>(
                protector.Unwrap(OutboxContent.PurposeOf(message.Channel), message.WrappedPayload))!);
        var notice = messages.Single(message => message.To == user.Email);
        Assert.That(notice.ExpiresAt, Is.EqualTo(Hub.Time.GetUtcNow() + TimeSpan.FromDays(7)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_address_that_is_added_is_told_to_the_other_proven_one_whose_link_removes_it(bool isPhone)
    {
        var (number, address) = (NewNumber(), NewAddress());
        var user = await Hub.AddUserAsync(user =>
        {
            if (isPhone)
                (user.Email, user.EmailConfirmed) = (address, true);
            else
                (user.PhoneNumber, user.PhoneNumberConfirmed) = (number, true);
        });
        var (browser, _) = await Hub.SignInAsync(user);
        await Hub.ChangeAddressAsync(browser, isPhone ? Phone : Email, isPhone ? "phone" : "email", isPhone ? number : address);
        var stranger = new Browser(Client);

        var page = await stranger.GetAsync(await Hub.UndoLinkAsync(isPhone ? address : number));
        var done = await stranger.SubmitAsync(page, Undo);

        Assert.That(done.Said(), Is.EqualTo((string[])["The address that was added is removed.", "Every device is signed out."]));
        Assert.That(
            page.Text(".card > p"), Is.EqualTo($"The address that was added to the account \u2068{user.UserName}\u2069 is removed.")
                .Or.EqualTo($"The address that was added to the account {user.UserName} is removed."));
        var after = await Hub.ReadUserAsync(user.Id);
        Assert.That(
            (after.Email, after.PhoneNumber, after.PasswordHash),
            Is.EqualTo((isPhone ? address : null, isPhone ? null : number, (string?)null)));
        Assert.That((await browser.GetAsync("/account")).Path, Does.StartWith("/login"));
    }

    [Test]
    public async Task An_e_mail_address_that_is_added_where_there_is_no_other_address_hears_of_itself()
    {
        var user = await Hub.AddUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var wanted = NewAddress();
        await Hub.ChangeAddressAsync(browser, Email, "email", wanted);

        var sent = await Eventually.GetAsync(() => Task.FromResult(Hub.SentTo(wanted)), mails => mails.Count > 1);
        Assert.That(sent.Select(mail => mail.Text.Subject), Has.One.EqualTo("This e-mail address was added to your account"));
        Assert.That(sent.Select(mail => mail.Text.Text), Has.None.Contains(Undo));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task An_old_address_comes_back_from_a_user_name_whose_owner_never_proved_it(bool isProven)
    {
        var user = await Hub.AddProvenUserAsync();
        var (browser, _) = await Hub.SignInAsync(user);
        var wanted = NewAddress();
        await Hub.ChangeAddressAsync(browser, Email, "email", wanted);
        var squatter = await Hub.AddUserAsync(
            squatter => (squatter.UserName, squatter.Email, squatter.EmailConfirmed) = (user.Email, user.Email, isProven));
        var stranger = new Browser(Client);

        var done = await stranger.SubmitAsync(await stranger.GetAsync(await Hub.UndoLinkAsync(user.Email!)), Undo);

        Assert.That(
            (done.Status, (await Hub.ReadUserAsync(user.Id)).Email, (await Hub.ReadUserAsync(squatter.Id)).UserName),
            Is.EqualTo(isProven ? (400, wanted, user.Email) : (200, user.Email, squatter.Id.ToString())));
    }

    private static async Task InsertSlowlyAsync(Hub hub, Action<User> set)
    {
        var context = hub.NewContext();
        var transaction = await context.Database.BeginTransactionAsync();
        var id = Guid.NewGuid();
        var other = new User { Id = id, UserName = $"other-{id:N}", CreatedAt = hub.Time.GetUtcNow(), UpdatedAt = hub.Time.GetUtcNow() };
        set(other);
        other.NormalizedUserName = NameNormalizer.Normalize(other.UserName!);
        other.NormalizedEmail = other.Email is null ? null : NameNormalizer.Normalize(other.Email);
        context.Users.Add(other);
        await context.SaveChangesAsync();
        _ = Task.Run(async () =>
        {
            await hub.SomeoneWaitsAsync();
            await transaction.CommitAsync();
            await context.DisposeAsync();
        });
    }
}
