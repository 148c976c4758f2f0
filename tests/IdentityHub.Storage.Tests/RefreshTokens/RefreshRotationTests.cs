using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.RefreshTokens;

public class RefreshRotationTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private RefreshTokenStore Tokens => new(Database);

    [Test, Spec("RFC 6749", "6")]
    public async Task A_token_is_exchanged_for_its_successor_once()
    {
        var login = await Given.LoginAsync();
        var successor = Given.Hash();

        var first = await RotateAsync(login, successor);
        var second = await RotateAsync(login, Given.Hash());

        Assert.Multiple(() =>
        {
            Assert.That(first!.Rotated, Is.True);
            Assert.That(first.Refusal(Now), Is.Null);
            Assert.That(first.UserName, Is.EqualTo(login.User.UserName));
            Assert.That(first.OrganizationId, Is.EqualTo(login.Session.EffectiveOrganizationId));
            Assert.That(first.AuthenticatedAt, Is.EqualTo(login.Session.AuthenticatedAt));
            Assert.That(second!.Rotated, Is.False);
            Assert.That(second.UsedAt, Is.EqualTo(Now));
            Assert.That(second.SuccessorHash, Is.EqualTo(successor));
        });
    }

    [Test]
    public async Task The_successor_can_be_exchanged_in_turn()
    {
        var login = await Given.LoginAsync();
        var successor = Given.Hash();
        await RotateAsync(login, successor);

        var next = await Tokens.RotateAsync(successor, Given.ClientId, Given.Hash(), Now.AddDays(1), Now, Cancellation);

        Assert.That(next!.Rotated, Is.True);
        Assert.That(next.FamilyId, Is.EqualTo(login.Family.Id));
    }

    [Test]
    public async Task The_successor_does_not_outlive_its_family()
    {
        var login = await Given.LoginAsync((login, _) => login.Family.ExpiresAt = Now.AddHours(2));
        var (longer, shorter) = (Given.Hash(), Given.Hash());

        await RotateAsync(login, longer, idleEnd: Now.AddDays(1));
        await Tokens.RotateAsync(longer, Given.ClientId, shorter, Now.AddHours(1), Now, Cancellation);

        Assert.Multiple(async () =>
        {
            Assert.That((await FindAsync(longer))!.ExpiresAt, Is.EqualTo(Now.AddHours(2)));
            Assert.That((await FindAsync(shorter))!.ExpiresAt, Is.EqualTo(Now.AddHours(1)));
        });
    }

    [Test]
    public async Task An_unknown_token_is_null() =>
        Assert.That(await Tokens.RotateAsync(Given.Hash(), Given.ClientId, Given.Hash(), Now.AddDays(1), Now, Cancellation), Is.Null);

    [Test, Spec("ASSURANCE", "R3")]
    public async Task Of_50_parallel_exchanges_of_one_token_exactly_one_succeeds()
    {
        var login = await Given.LoginAsync();
        var rendezvous = new Rendezvous(50).At(Database);

        var results = await InParallel(50, _ => RotateAsync(login, Given.Hash()));

        await using var context = NewContext();
        Assert.That(rendezvous.Met, Is.True, "nothing has raced");
        Assert.That(results.Count(result => result!.Rotated), Is.EqualTo(1));
        Assert.That(await context.RefreshTokens.CountAsync(token => token.FamilyId == login.Family.Id), Is.EqualTo(2));
    }

    [Test, Spec("ASSURANCE", "R3")]
    public async Task Of_50_parallel_exchanges_on_two_nodes_exactly_one_succeeds()
    {
        var login = await Given.LoginAsync();
        RefreshTokenStore[] nodes = [Tokens, new RefreshTokenStore(Storage.Open())];

        var results = await InParallel(50, i =>
            nodes[i % 2].RotateAsync(login.Token.TokenHash, Given.ClientId, Given.Hash(), Now.AddDays(1), Now, Cancellation));

        Assert.That(results.Count(result => result!.Rotated), Is.EqualTo(1));
    }

    [Test, Spec("ASSURANCE", "P7")]
    public async Task Another_client_cannot_use_a_token_up()
    {
        var login = await Given.LoginAsync();

        var stolen = await Tokens.RotateAsync(login.Token.TokenHash, "somebody-else", Given.Hash(), Now.AddDays(1), Now, Cancellation);
        var owner = await RotateAsync(login, Given.Hash());

        Assert.That(stolen!.Rotated, Is.False);
        Assert.That(owner!.Rotated, Is.True);
    }

    [TestCase("refresh_family_revoked")]
    [TestCase("refresh_token_expired")]
    [TestCase("refresh_family_expired")]
    [TestCase("session_unknown")]
    [TestCase("session_ended")]
    [TestCase("session_expired")]
    [TestCase("user_disabled")]
    [TestCase("user_blocked")]
    [TestCase("user_not_yet_valid")]
    [TestCase("organization_disabled")]
    public async Task Nothing_changes_when_the_exchange_is_refused(string reason)
    {
        var login = await Given.LoginAsync((login, organization) => Spoil(login, organization, reason));
        await using var context = NewContext();
        if (reason == "session_unknown")
            await context.Sessions.Where(session => session.Id == login.Session.Id).ExecuteDeleteAsync();

        var refused = await RotateAsync(login, Given.Hash());

        var left = await context.RefreshTokens.SingleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(refused!.Refusal(Now), Is.EqualTo(reason));
            Assert.That(refused.Rotated, Is.False);
            Assert.That(left.UsedAt, Is.Null);
            Assert.That(left.SuccessorHash, Is.Null);
        });
    }

    [Test]
    public async Task A_family_is_revoked_once_and_takes_its_access_tokens_with_it()
    {
        var login = await Given.LoginAsync();
        var access = Given.AccessToken(login);
        await Given.StoredAsync(access);

        Assert.Multiple(async () =>
        {
            Assert.That(await Tokens.TryRevokeFamilyAsync(login.Family.Id, "reuse_detected", Now, Cancellation), Is.True);
            Assert.That(await Tokens.TryRevokeFamilyAsync(login.Family.Id, "reuse_detected", Now, Cancellation), Is.False);
            Assert.That((await RotateAsync(login, Given.Hash()))!.Refusal(Now), Is.EqualTo("refresh_family_revoked"));
            var found = await new Storage.AccessTokens.AccessTokenStore(Database).FindAsync(access.TokenHash, Cancellation);
            Assert.That(found!.Refusal(Now), Is.EqualTo("refresh_family_revoked"));
        });
    }

    [Test]
    public async Task Finding_a_token_does_not_use_it()
    {
        var login = await Given.LoginAsync();

        var found = await FindAsync(login.Token.TokenHash);

        Assert.That(found!.Rotated, Is.False);
        Assert.That((await RotateAsync(login, Given.Hash()))!.Rotated, Is.True);
    }

    private static void Spoil(Login login, Organization organization, string reason)
    {
        switch (reason)
        {
            case "refresh_family_revoked": login.Family.RevokedAt = Now; break;
            case "refresh_token_expired": login.Token.ExpiresAt = Now; break;
            case "refresh_family_expired": login.Family.ExpiresAt = Now; break;
            case "session_ended": login.Session.EndedAt = Now; break;
            case "session_expired": login.Session.ExpiresAt = Now; break;
            case "user_disabled": login.User.DisabledAt = Now; break;
            case "user_blocked": login.User.LockoutEnd = Now.AddMinutes(1); break;
            case "user_not_yet_valid": login.User.NotBefore = Now.AddMinutes(1); break;
            case "organization_disabled": organization.DisabledAt = Now; break;
        }
    }

    private Task<StoredRefreshToken?> RotateAsync(Login login, byte[] successor, DateTimeOffset? idleEnd = null) =>
        Tokens.RotateAsync(login.Token.TokenHash, Given.ClientId, successor, idleEnd ?? Now.AddDays(1), Now, Cancellation);

    private Task<StoredRefreshToken?> FindAsync(byte[] hash) => Tokens.FindAsync(hash, Given.ClientId, Now, Cancellation);
}
