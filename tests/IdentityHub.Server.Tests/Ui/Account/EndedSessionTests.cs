using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Sessions;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Account;

/// <summary>
/// A session that is ended while it changes how its user signs in, by the undo of an address or a sign-out everywhere, changes nothing.
/// </summary>
[Spec("ASSURANCE", "S3")]
public class EndedSessionTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    private const string Addresses = "/account/addresses";
    private const string Authenticator = "/account/authenticator";

    [TestCase(Authenticator + "?handler=Remove")]
    [TestCase(Authenticator + "?handler=Codes")]
    [TestCase(Authenticator + "?replace=true")]
    [TestCase(PasskeyPages.Account)]
    [TestCase(PasskeyPages.Account + "?handler=Remove")]
    [TestCase("/account/password")]
    [TestCase("/account")]
    [TestCase(Addresses)]
    public async Task S3_A_session_that_ends_between_the_checks_and_the_change_changes_nothing(string change)
    {
        await using var hub = await StartHubAsync();
        var user = await hub.AddUserAsync(user => (user.Email, user.EmailConfirmed) = ($"{user.Id:N}@example.com", true));
        var (first, _) = await hub.SignInAsync(user);
        using var passkey = await first.NewPasskeyAsync();
        var app = await hub.EnrolAsync(first);
        hub.Time.Advance(TimeSpan.FromSeconds(30));
        var browser = new Browser(hub.Client);
        await browser.ProveAsync(await browser.PasswordAsync(user), app.CodeAt(hub.Time.GetUtcNow()));
        using var another = new SoftwareAuthenticator();
        var submit = await PreparedAsync(hub, browser, change, another);
        var before = await StateAsync(hub, user.Id);

        await EndBeforeAsync(hub, user.Id, submit);

        Assert.That(await StateAsync(hub, user.Id), Is.EqualTo(before));
        Assert.That((await browser.GetAsync("/account")).Path, Does.StartWith("/login"));
    }

    // The form is filled in; what is returned posts it.
    private static async Task<Func<Task>> PreparedAsync(Hub hub, Browser browser, string change, SoftwareAuthenticator another)
    {
        var path = change.Split('?')[0];
        var page = await browser.GetAsync(change.Contains("replace", StringComparison.Ordinal) ? change : path);
        switch (change)
        {
            case Addresses:
                var wanted = $"{Guid.NewGuid():N}@example.com";
                var sent = await browser.SubmitAsync(page, Addresses + "?handler=Email", ("email", wanted));
                var code = await hub.CodeAsync(wanted);
                return () => browser.SubmitAsync(sent, Addresses + "?handler=Confirm", ("code", code));
            case "/account":
                return () => browser.SubmitAsync(page, path, ("given_name", "Mallory"));
            case "/account/password":
                return () => browser.SubmitAsync(
                    page, path, ("old_password", HubUsers.Password), ("new_password", "Another-Horse-10"),
                    ("repeated_password", "Another-Horse-10"));
            case PasskeyPages.Account:
                var credential = another.Create(await browser.OptionsAsync(path));
                return () => browser.SubmitAsync(page, path, ("credential", credential), ("name", "Another"));
            case Authenticator + "?replace=true":
                var app = new TestAuthenticator(page.Secret(), []);
                return () => browser.SubmitAsync(page, path, ("code", app.CodeAt(hub.Time.GetUtcNow())));
            default:
                return () => browser.SubmitAsync(page, change);
        }
    }

    // Every session ends once the page has read its own, and before the next transaction of the request begins.
    private static async Task EndBeforeAsync(Hub hub, Guid userId, Func<Task> submit)
    {
        var (hasRead, hasEnded) = (false, 0);
        hub.BeforeStatement = async (sql, cancellationToken) =>
        {
            hasRead |= sql.Contains("WHERE s.handle_hash = $1", StringComparison.Ordinal);
            if (!hasRead || sql != "BEGIN" || Interlocked.Exchange(ref hasEnded, 1) == 1)
                return;
            await hub.Services.GetRequiredService<SessionStore>().EndAllOfUserAsync(
                userId, except: null, "ended_by_user", hub.Time.GetUtcNow(), onEnded: null, cancellationToken);
        };
        await submit();
        hub.BeforeStatement = null;
        Assert.That(hasEnded, Is.EqualTo(1), "nothing has raced");
    }

    private static async Task<string> StateAsync(Hub hub, Guid userId)
    {
        await using var context = hub.NewContext();
        var user = await context.Users.AsNoTracking().SingleAsync(user => user.Id == userId);
        var codes = await context.RecoveryCodes.Where(code => code.UserId == userId).Select(code => code.CodeHash).ToListAsync();
        var totps = await context.TotpAuthenticators.Where(totp => totp.UserId == userId).Select(totp => totp.WrappedSecret).ToListAsync();
        var passkeys = (await hub.PasskeysAsync(userId)).Select(passkey => passkey.PublicKey);
        var factors = codes.Concat(totps).Concat(passkeys).Select(Convert.ToHexString).Order(StringComparer.Ordinal);
        return string.Join('\n', [user.Email, user.GivenName, user.PasswordHash, .. factors]);
    }
}
