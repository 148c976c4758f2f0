using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.RefreshTokens;

/// <summary>
/// Whether a token may be exchanged is written twice: in SQL, which decides, and in C#, which explains. They must not disagree:
/// a token that is neither exchanged nor refused would count as reuse and cost the whole family.
/// </summary>
public class AdmissionRuleTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private static readonly DateTimeOffset?[] Never = [null];
    private static readonly DateTimeOffset?[] Moments = [null, Now.AddSeconds(-1), Now, Now.AddSeconds(1)];

    [Test]
    public async Task The_rule_for_users_is_the_same_in_SQL_and_in_CSharp()
    {
        var cases = from disabled in Moments
                    from lockedUntil in Moments
                    from notBefore in Moments
                    from organizationDisabled in Moments
                    select (disabled, lockedUntil, notBefore, organizationDisabled);
        var agreed = 0;
        foreach (var (disabled, lockedUntil, notBefore, organizationDisabled) in cases)
        {
            var login = await Given.LoginAsync((login, organization) =>
            {
                login.User.DisabledAt = disabled;
                login.User.LockoutEnd = lockedUntil;
                login.User.NotBefore = notBefore;
                organization.DisabledAt = organizationDisabled;
            });

            await AssertAgreementAsync(login, $"{disabled:T} {lockedUntil:T} {notBefore:T} {organizationDisabled:T}");
            agreed++;
        }

        Assert.That(agreed, Is.EqualTo(256));
    }

    [Test]
    public async Task The_rule_for_sessions_and_families_is_the_same_in_SQL_and_in_CSharp()
    {
        var cases = from tokenEnd in Moments[1..]
                    from familyEnd in Moments[1..]
                    from familyRevoked in Never.Append(Now.AddSeconds(1))
                    from sessionEnd in Moments[1..]
                    from sessionEnded in Never.Append(Now.AddSeconds(1))
                    select (tokenEnd!.Value, familyEnd!.Value, familyRevoked, sessionEnd!.Value, sessionEnded);
        foreach (var (tokenEnd, familyEnd, familyRevoked, sessionEnd, sessionEnded) in cases)
        {
            var login = await Given.LoginAsync((login, _) =>
            {
                login.Token.ExpiresAt = tokenEnd;
                login.Family.ExpiresAt = familyEnd;
                login.Family.RevokedAt = familyRevoked;
                login.Session.ExpiresAt = sessionEnd;
                login.Session.EndedAt = sessionEnded;
            });

            await AssertAgreementAsync(login, $"{tokenEnd:T} {familyEnd:T} {familyRevoked:T} {sessionEnd:T} {sessionEnded:T}");
        }
    }

    private async Task AssertAgreementAsync(Login login, string @case)
    {
        var result = await new RefreshTokenStore(Database).RotateAsync(
            login.Token.TokenHash, Given.ClientId, Given.Hash(), Now.AddDays(1), Now, Cancellation);

        Assert.That(result!.Rotated, Is.EqualTo(result.Refusal(Now) is null), @case);
    }
}
