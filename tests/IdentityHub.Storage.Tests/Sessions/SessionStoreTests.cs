using IdentityHub.Storage.AccessTokens;
using IdentityHub.Storage.Sessions;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Sessions;

public class SessionStoreTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private SessionStore Sessions => new(Database);

    [Test]
    public async Task A_session_is_stored_as_it_was_given()
    {
        var session = Given.Session(await Given.StoredUserAsync());
        session.HandleHash = Given.Hash();
        session.IpAddress = "2001:db8::1";
        session.UserAgent = "Mozilla/5.0";
        Assert.That(await Sessions.TryStartAsync(session, Given.SecurityStamp, null, null, Cancellation), Is.True);

        await using var context = NewContext();
        var stored = await context.Sessions.SingleAsync();

        Assert.That(stored, Is.EqualTo(session).UsingPropertiesComparer());
    }

    [Test]
    public async Task S3_A_login_whose_password_was_changed_meanwhile_starts_no_session()
    {
        var session = Given.Session(await Given.StoredUserAsync());

        Assert.That(await Sessions.TryStartAsync(session, "the stamp from before", null, null, Cancellation), Is.False);

        await using var context = NewContext();
        Assert.That(await context.Sessions.AnyAsync(), Is.False);
    }

    [Test]
    public async Task A_session_and_its_refresh_family_are_stored_both_or_neither()
    {
        var session = Given.Session(await Given.StoredUserAsync());
        var family = Given.Family(session);
        var token = Given.RefreshToken(family);
        await Sessions.TryStartAsync(session, Given.SecurityStamp, family, token, Cancellation);
        var second = Given.Session(await Given.StoredUserAsync());
        var secondFamily = Given.Family(second);

        // The same token a second time breaks the last of the three statements.
        Assert.That(
            async () => await Sessions.TryStartAsync(second, Given.SecurityStamp, secondFamily, token, Cancellation),
            Throws.Exception.Matches<Exception>(Database.IsUniqueViolation));

        await using var context = NewContext();
        Assert.Multiple(async () =>
        {
            Assert.That(await context.Sessions.Select(stored => stored.Id).SingleAsync(), Is.EqualTo(session.Id));
            Assert.That(await context.RefreshTokenFamilies.Select(stored => stored.Id).SingleAsync(), Is.EqualTo(family.Id));
            Assert.That(await context.RefreshTokens.CountAsync(), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_session_ends_once_and_keeps_its_first_reason()
    {
        var login = await Given.LoginAsync();

        var ends = await InParallel(10, async i =>
            await Sessions.EndAsync(login.Session.Id, $"reason-{i}", Now, null, Cancellation) is not null);

        await using var context = NewContext();
        var stored = await context.Sessions.SingleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(ends.Count(ended => ended), Is.EqualTo(1));
            Assert.That(stored.EndReason, Is.EqualTo($"reason-{Array.IndexOf(ends, true)}"));
            Assert.That(stored.EndedAt, Is.EqualTo(Now));
        });
    }

    [Test]
    public async Task An_unknown_session_does_not_end() =>
        Assert.That(await Sessions.EndAsync(Guid.CreateVersion7(), "logout", Now, null, Cancellation), Is.Null);

    [Test]
    public async Task All_sessions_of_a_user_end_and_nobody_elses()
    {
        var login = await Given.LoginAsync();
        await Sessions.TryStartAsync(Given.Session(login.User), Given.SecurityStamp, null, null, Cancellation);
        var other = await Given.LoginAsync();

        var ended = await Sessions.EndAllOfUserAsync(login.User.Id, null, "user_disabled", Now, null, Cancellation);
        var again = await Sessions.EndAllOfUserAsync(login.User.Id, null, "user_disabled", Now, null, Cancellation);

        await using var context = NewContext();
        Assert.Multiple(async () =>
        {
            Assert.That(ended, Has.Count.EqualTo(2));
            Assert.That(again, Is.Empty);
            Assert.That(
                await context.Sessions.Where(session => session.EndedAt == null).Select(session => session.Id).SingleAsync(),
                Is.EqualTo(other.Session.Id));
        });
    }

    [Test, Spec("ASSURANCE", "S3")]
    public async Task What_was_issued_through_a_session_dies_with_it()
    {
        var login = await Given.LoginAsync();
        var token = Given.AccessToken(login);
        await Given.StoredAsync(token);

        await Sessions.EndAsync(login.Session.Id, "ended_by_user", Now, null, Cancellation);

        var found = await new AccessTokenStore(Database).FindAsync(token.TokenHash, Cancellation);
        Assert.That(found!.Refusal(Now), Is.EqualTo("session_ended"));
    }

    [Test]
    public async Task Two_sessions_cannot_share_a_handle()
    {
        var user = await Given.StoredUserAsync();
        var (first, second) = (Given.Session(user), Given.Session(user));
        first.HandleHash = second.HandleHash = Given.Hash();
        await Sessions.TryStartAsync(first, Given.SecurityStamp, null, null, Cancellation);

        Assert.That(
            async () => await Sessions.TryStartAsync(second, Given.SecurityStamp, null, null, Cancellation),
            Throws.Exception.Matches<Exception>(Database.IsUniqueViolation));
    }
}
