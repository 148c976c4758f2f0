using IdentityHub.Storage.AccessTokens;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.AccessTokens;

public class AccessTokenStoreTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private AccessTokenStore Tokens => new(Database);

    [Test]
    public async Task A_stored_token_is_found_with_all_that_was_stored()
    {
        var login = await Given.LoginAsync();
        var token = Given.AccessToken(login);
        await Tokens.InsertAsync(token, Cancellation);

        var found = await Tokens.FindAsync(token.TokenHash, Cancellation);

        Assert.That(found, Is.EqualTo(new StoredAccessToken(
            token.ClientId, token.UserId, token.SessionId, token.FamilyId, token.Scopes, token.Audiences, token.IssuedAt, token.ExpiresAt,
            null, null, login.Session.ExpiresAt, null, login.User.UserName, default)
        {
            OrganizationId = login.Session.EffectiveOrganizationId,
            AuthenticatedAt = login.Session.AuthenticatedAt,
            LoginAt = login.Session.AuthenticatedAt,
            LoginMethods = login.Session.AuthenticationMethods,
        }));
        Assert.That(found!.Refusal(Now), Is.Null);
    }

    [Test]
    public async Task A_token_of_a_client_has_no_user_and_no_session()
    {
        var token = Given.AccessToken();
        await Tokens.InsertAsync(token, Cancellation);

        var found = await Tokens.FindAsync(token.TokenHash, Cancellation);

        Assert.That(found!.UserId, Is.Null);
        Assert.That(found.Refusal(Now), Is.Null);
    }

    [Test]
    public async Task A_token_that_was_never_issued_is_not_found() =>
        Assert.That(await Tokens.FindAsync(Given.Hash(), Cancellation), Is.Null);

    [TestCase("access_token_expired")]
    [TestCase("access_token_revoked")]
    [TestCase("refresh_family_revoked")]
    [TestCase("session_ended")]
    [TestCase("session_expired")]
    [TestCase("session_unknown")]
    [TestCase("user_unknown")]
    [TestCase("user_disabled")]
    [TestCase("user_blocked")]
    [TestCase("user_not_yet_valid")]
    [TestCase("organization_disabled")]
    public async Task A_dead_token_says_why_by_reference_and_as_a_JWT(string reason)
    {
        var token = await DeadTokenAsync(reason);

        var byReference = await Tokens.FindAsync(token.TokenHash, Cancellation);
        var asJwt = await Tokens.FindForJwtAsync(token, Cancellation);

        Assert.Multiple(() =>
        {
            Assert.That(byReference!.Refusal(Now), Is.EqualTo(reason));
            Assert.That(asJwt.Refusal(Now), Is.EqualTo(reason));
        });
    }

    [Test]
    public async Task A_JWT_without_a_row_lives_by_its_session_family_and_user()
    {
        var login = await Given.LoginAsync();
        var claims = Given.AccessToken(login);

        var found = await Tokens.FindForJwtAsync(claims, Cancellation);

        Assert.That(found.Refusal(Now), Is.Null);
        Assert.That(found.UserName, Is.EqualTo(login.User.UserName));
    }

    [Test]
    public async Task A_token_expires_at_the_very_moment_that_it_names()
    {
        var token = Given.AccessToken();
        await Tokens.InsertAsync(token, Cancellation);

        var found = await Tokens.FindAsync(token.TokenHash, Cancellation);

        Assert.Multiple(() =>
        {
            Assert.That(found!.Refusal(token.ExpiresAt.AddTicks(-10)), Is.Null);
            Assert.That(found.Refusal(token.ExpiresAt), Is.EqualTo("access_token_expired"));
        });
    }

    [Test, Spec("RFC 7009", "2.1")]
    public async Task Only_the_client_that_it_was_issued_to_revokes_a_token_and_only_once()
    {
        var token = Given.AccessToken();
        await Tokens.InsertAsync(token, Cancellation);

        Assert.Multiple(async () =>
        {
            Assert.That(await Tokens.TryRevokeAsync(token.TokenHash, "somebody-else", Now, Cancellation), Is.False);
            Assert.That((await Tokens.FindAsync(token.TokenHash, Cancellation))!.RevokedAt, Is.Null);
            Assert.That(await Tokens.TryRevokeAsync(token.TokenHash, token.ClientId, Now, Cancellation), Is.True);
            Assert.That(await Tokens.TryRevokeAsync(token.TokenHash, token.ClientId, Now, Cancellation), Is.False);
            Assert.That((await Tokens.FindAsync(token.TokenHash, Cancellation))!.RevokedAt, Is.EqualTo(Now));
        });
    }

    [Test]
    public async Task A_revoked_JWT_is_remembered_and_revoked_once_however_many_try()
    {
        var claims = Given.AccessToken();

        var revoked = await InParallel(20, _ => Tokens.TryRevokeJwtAsync(claims, Now, Cancellation));

        Assert.That(revoked.Count(first => first), Is.EqualTo(1));
        Assert.That((await Tokens.FindForJwtAsync(claims, Cancellation)).Refusal(Now), Is.EqualTo("access_token_revoked"));
    }

    private async Task<AccessToken> DeadTokenAsync(string reason)
    {
        var login = await Given.LoginAsync((login, organization) =>
        {
            switch (reason)
            {
                case "refresh_family_revoked": login.Family.RevokedAt = Now; break;
                case "session_ended": login.Session.EndedAt = Now; break;
                case "session_expired": login.Session.ExpiresAt = Now; break;
                case "user_disabled": login.User.DisabledAt = Now; break;
                case "user_blocked": login.User.LockoutEnd = Now.AddMinutes(1); break;
                case "user_not_yet_valid": login.User.NotBefore = Now.AddMinutes(1); break;
                case "organization_disabled": organization.DisabledAt = Now; break;
            }
        });
        var token = Given.AccessToken(login);
        if (reason == "access_token_expired")
            token.ExpiresAt = Now;
        if (reason == "user_unknown")
            (token.SessionId, token.UserId) = (null, Guid.CreateVersion7());
        if (reason == "access_token_revoked")
            token.RevokedAt = Now;
        await Given.StoredAsync(token);

        // The way a user's rows go: the sessions with them, the tokens not.
        await using var context = NewContext();
        if (reason == "session_unknown")
            await context.Sessions.Where(session => session.Id == login.Session.Id).ExecuteDeleteAsync();
        return token;
    }
}
