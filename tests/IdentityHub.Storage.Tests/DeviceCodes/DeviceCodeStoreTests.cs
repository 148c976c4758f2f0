using IdentityHub.Storage.DeviceCodes;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Sessions;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.DeviceCodes;

public class DeviceCodeStoreTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private DeviceCodeStore Codes => new(Database);

    [Test]
    public async Task A_code_is_stored_and_read_as_it_was_given_by_either_hash()
    {
        var code = Code();
        code.IpAddress = "2001:db8::1";
        code.UserAgent = "TheBox/2.1";
        Assert.That(await Codes.TryInsertAsync(code, Cancellation), Is.True);

        var byDevice = await Codes.FindAsync(code.DeviceCodeHash, Cancellation);
        var byUser = await Codes.FindByUserCodeAsync(code.UserCodeHash, Cancellation);

        Assert.That(byDevice!.Code, Is.EqualTo(code).UsingPropertiesComparer());
        Assert.That(byUser, Is.EqualTo(code).UsingPropertiesComparer());
        Assert.That((byDevice.Decision, byDevice.Refusal(Now)), Is.EqualTo(((DecidingSession?)null, "session_unknown")));
    }

    [Test]
    public async Task A_user_code_that_is_taken_is_not_stored_twice()
    {
        var (first, second) = (Code(), Code());
        second.UserCodeHash = first.UserCodeHash;
        await Codes.TryInsertAsync(first, Cancellation);

        Assert.That(await Codes.TryInsertAsync(second, Cancellation), Is.False);
        Assert.That(await Codes.FindAsync(second.DeviceCodeHash, Cancellation), Is.Null);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_decision_is_made_once_in_time_and_in_a_live_session_of_the_user(bool approved)
    {
        var login = await Given.LoginAsync();
        var ended = await Given.LoginAsync((login, _) => login.Session.EndedAt = Now);
        var code = Code();
        await Codes.TryInsertAsync(code, Cancellation);
        Task<bool> DecideAsync(Guid user, Guid session, DateTimeOffset now) =>
            Codes.TryDecideAsync(code.UserCodeHash, approved, user, session, now, Cancellation);

        Assert.That(await DecideAsync(ended.User.Id, ended.Session.Id, Now), Is.False, "an ended session");
        Assert.That(await DecideAsync(ended.User.Id, login.Session.Id, Now), Is.False, "the session of somebody else");
        Assert.That(await DecideAsync(login.User.Id, login.Session.Id, code.ExpiresAt), Is.False, "too late");
        Assert.That(await DecideAsync(login.User.Id, login.Session.Id, Now), Is.True);
        Assert.That(await DecideAsync(login.User.Id, login.Session.Id, Now), Is.False, "twice");

        var stored = (await Codes.FindAsync(code.DeviceCodeHash, Cancellation))!;
        Assert.That(
            (stored.Code.ApprovedAt, stored.Code.DeniedAt),
            Is.EqualTo(approved ? (Now, null) : ((DateTimeOffset?)null, (DateTimeOffset?)Now)));
        Assert.That(
            stored.Decision,
            Is.EqualTo(
                new DecidingSession(Now, "pwd", login.User.OrganizationId, Given.SecurityStamp, login.Session.ExpiresAt, EndedAt: null)));
    }

    [Test]
    public async Task An_approved_code_is_used_once_and_starts_the_session_with_its_family()
    {
        var (code, login) = await ApprovedAsync();
        var session = Given.Session(login.User);
        var family = Given.Family(session);

        Assert.That(
            await Codes.TryRedeemAsync(
                code.DeviceCodeHash, session, Given.SecurityStamp, family, Given.RefreshToken(family), Now, Cancellation),
            Is.True);
        var (second, secondFamily) = Again(login);
        Assert.That(
            await Codes.TryRedeemAsync(code.DeviceCodeHash, second, Given.SecurityStamp, secondFamily, null, Now, Cancellation), Is.False);

        await using var context = NewContext();
        Assert.Multiple(async () =>
        {
            Assert.That(await context.Sessions.AnyAsync(row => row.Id == session.Id), Is.True);
            Assert.That(await context.Sessions.AnyAsync(row => row.Id == second.Id), Is.False);
            Assert.That(await context.RefreshTokens.AnyAsync(row => row.FamilyId == family.Id), Is.True);
            Assert.That(
                await context.SessionClients.Where(row => row.SessionId == session.Id).Select(row => row.ClientId).SingleAsync(),
                Is.EqualTo(family.ClientId));
            Assert.That((await Codes.FindAsync(code.DeviceCodeHash, Cancellation))!.Code.UsedAt, Is.EqualTo(Now));
        });
    }

    [Test]
    public async Task Nothing_is_started_and_the_code_stays_unused_when_it_may_not_be_redeemed()
    {
        var (code, login) = await ApprovedAsync();
        var waiting = Code();
        await Codes.TryInsertAsync(waiting, Cancellation);
        Task<bool> RedeemAsync(DeviceCode what, string stamp, DateTimeOffset now)
        {
            var (session, family) = Again(login);
            return Codes.TryRedeemAsync(what.DeviceCodeHash, session, stamp, family, null, now, Cancellation);
        }

        Assert.That(await RedeemAsync(waiting, Given.SecurityStamp, Now), Is.False, "nobody has decided");
        Assert.That(await RedeemAsync(code, "the stamp from before", Now), Is.False, "the credentials have changed");
        Assert.That(await RedeemAsync(code, Given.SecurityStamp, code.ExpiresAt), Is.False, "too late");
        await using (var context = NewContext())
            await context.Sessions.ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, Now));
        Assert.That(await RedeemAsync(code, Given.SecurityStamp, Now), Is.False, "the session of the decision has ended");

        await using var after = NewContext();
        Assert.That(await after.DeviceCodes.CountAsync(row => row.UsedAt != null), Is.Zero);
        Assert.That(await after.Sessions.Select(row => row.Id).SingleAsync(), Is.EqualTo(login.Session.Id));
    }

    [Test]
    public async Task The_interval_grows_with_each_poll_that_comes_too_soon()
    {
        var code = Code();
        await Codes.TryInsertAsync(code, Cancellation);
        async Task<(bool InTime, int Interval)> PollAsync(int second)
        {
            var inTime = await Codes.TryPollAsync(
                (await Codes.FindAsync(code.DeviceCodeHash, Cancellation))!.Code, Now.AddSeconds(second), Cancellation);
            return (inTime, (await Codes.FindAsync(code.DeviceCodeHash, Cancellation))!.Code.IntervalSeconds);
        }

        Assert.Multiple(async () =>
        {
            Assert.That(await PollAsync(0), Is.EqualTo((true, 5)));
            Assert.That(await PollAsync(4), Is.EqualTo((false, 10)));
            Assert.That(await PollAsync(14), Is.EqualTo((true, 10)));
            Assert.That(await PollAsync(20), Is.EqualTo((false, 15)));
        });
    }

    private static DeviceCode Code() => new()
    {
        DeviceCodeHash = Given.Hash(),
        UserCodeHash = Given.Hash(),
        ClientId = Given.ClientId,
        Scopes = "openid offline_access",
        CreatedAt = Now,
        ExpiresAt = Now.AddMinutes(10),
        IntervalSeconds = 5,
    };

    private async Task<(DeviceCode Code, Login Login)> ApprovedAsync()
    {
        var login = await Given.LoginAsync();
        var code = Code();
        await Codes.TryInsertAsync(code, Cancellation);
        await Codes.TryDecideAsync(code.UserCodeHash, approved: true, login.User.Id, login.Session.Id, Now, Cancellation);
        return (code, login);
    }

    private (Session Session, RefreshTokenFamily Family) Again(Login login)
    {
        var session = Given.Session(login.User);
        return (session, Given.Family(session));
    }
}
