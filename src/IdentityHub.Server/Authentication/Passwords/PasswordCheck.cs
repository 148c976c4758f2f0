using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.Server.Authentication.Passwords;

/// <summary>
/// Checks a password. The attempt is counted before it is evaluated, for the identifier that was sent and for the user that it names.
/// Every path computes one hash. The answer is the same for unknown, wrong, blocked and disabled.
/// </summary>
internal sealed class PasswordCheck(
    AttemptGuard attempts, UserDirectory users, IPasswordHasher<User> hasher, HashingLimiter lane, HashLogin hashLogin, OtpGuesses otps)
{
    // RFC 8176 §2.
    internal const string Method = "pwd";

    private static readonly AttemptRefusals Refusals = new(
        "too many users failing from this address",
        "too many passwords of this user name are being checked",
        attempt => attempt.Verdict == AttemptVerdict.RefuseQuietly
            ? Refusal.InvalidCredentials(
                Reasons.AccountAttemptsExhausted,
                "too many failed passwords for this account, under its other names or from other addresses")
            : Refusal.InvalidCredentials(Reasons.AttemptsExhausted, "too many failed passwords for this user name"))
    {
        CostsAnEvaluation = true,
    };

    private static readonly TimeSpan BusyRetryAfter = TimeSpan.FromSeconds(2);
    private static readonly User NoUser = new();
    private readonly Lazy<string> _dummyHash = new(() => hasher.HashPassword(NoUser, Guid.NewGuid().ToString()));

    /// <summary>
    /// Who logs in with <paramref name="identifier"/> (user name, e-mail address or phone number) and <paramref name="password"/>.
    /// </summary>
    /// <param name="isProgram">True: a program logs in with a password of its own, at an endpoint that no user types at.</param>
    public async Task<Outcome<AuthenticatedUser>> CheckAsync(
        string identifier, string password, RequestContext context, CancellationToken cancellationToken, bool isProgram = false)
    {
        // Depends on what was sent only, and so tells nothing about the user.
        if (Encoding.UTF8.GetByteCount(password) > UserPasswordHasher.MaxPasswordBytes)
            return Refusal.InvalidCredentials(Reasons.PasswordTooLong, $"password longer than {UserPasswordHasher.MaxPasswordBytes} bytes");

        var checkedUser = await CheckAsync(
            isProgram ? AttemptKind.ServicePassword : AttemptKind.Password, identifier, context,
            user => Verify(user?.PasswordHash, password), cancellationToken);
        if (!checkedUser.Succeeded)
            return checkedUser.Error;

        var (user, verified) = (checkedUser.Value.User, checkedUser.Value.Result);
        if (verified == PasswordVerificationResult.SuccessRehashNeeded)
            await UpgradeAsync(user, password, cancellationToken);
        if (hashLogin.NewVerifier(user, password) is { } make && lane.TryRun(make) is { } making)
            await users.SetClientVerifierAsync(user.UserId, user.SecurityStamp, await making, cancellationToken);
        return AuthenticatedUser.ByFactor(user, Method, context.Now, isProgram);
    }

    /// <summary>The same for who sends the hash of the password in its place. contracts/lsid-sessions.md.</summary>
    public async Task<Outcome<AuthenticatedUser>> CheckHashAsync(
        string identifier, string sent, RequestContext context, CancellationToken cancellationToken)
    {
        // Depends on what was sent, and on the installation.
        if (hashLogin.Kind is not { } kind)
            return Refusal.InvalidCredentials(Reasons.HashLoginOff, "the installation takes no hash in place of a password");
        if (ClientSentHash.Normalize(kind, sent) is not { } hash)
            return Refusal.InvalidCredentials(Reasons.PasswordHashMalformed, $"not a {kind} in hexadecimal");

        var checkedUser = await CheckAsync(
            AttemptKind.Password, identifier, context, user => Verify(HashLogin.VerifierOf(user, kind), hash), cancellationToken);
        return checkedUser.Succeeded ? AuthenticatedUser.ByFactor(checkedUser.Value.User, Method, context.Now) : checkedUser.Error;
    }

    /// <summary>The one or the other, as it was sent.</summary>
    public Task<Outcome<AuthenticatedUser>> CheckAsync(
        string identifier, SentPassword sent, RequestContext context, CancellationToken cancellationToken) =>
        sent.IsHash
            ? CheckHashAsync(identifier, sent.Text, context, cancellationToken)
            : CheckAsync(identifier, sent.Text, context, cancellationToken);

    /// <summary>The same check for a user who is already known, under the user name in their session.</summary>
    public async Task<Outcome<AuthenticatedUser>> ProveAsync(
        Guid userId, string userName, SentPassword sent, RequestContext context, CancellationToken cancellationToken)
    {
        var user = await CheckAsync(userName, sent, context, cancellationToken);
        return user.Succeeded && user.Value.UserId != userId
            ? Refusal.InvalidCredentials(Reasons.UserRenamed, "the user name of the session belongs to another user by now")
            : user;
    }

    /// <summary>However a phone number is written, it is one subject.</summary>
    public static string SubjectOf(string identifier) => PhoneNumber.Normalize(identifier) ?? NameNormalizer.Normalize(identifier);

    private async Task<Outcome<CheckedUser>> CheckAsync(
        AttemptKind kind, string identifier, RequestContext context, Func<StoredCredential?, PasswordVerificationResult> verify,
        CancellationToken cancellationToken)
    {
        // The same statements run for every user, blocked or not; for a blocked user only the row is ignored.
        var user = await users.FindCredentialAsync(identifier, cancellationToken);
        return await attempts.RunAsync(
            kind, AttemptSubject.Of(SubjectOf(identifier), user?.UserId), Refusals,
            attempt => EvaluateAsync(attempt, user, context, verify, cancellationToken), context, cancellationToken);
    }

    private async ValueTask<Outcome<CheckedUser>> EvaluateAsync(
        Attempt attempt, StoredCredential? user, RequestContext context, Func<StoredCredential?, PasswordVerificationResult> verify,
        CancellationToken cancellationToken)
    {
        var evaluated = attempt.Verdict == AttemptVerdict.Evaluate ? user : null;
        if (lane.TryRun(() => verify(evaluated)) is not { } hashing)
        {
            await attempts.TakeBackAsync(attempt, cancellationToken);
            return Refusal.TemporarilyUnavailable(Reasons.HashingLaneFull, "too many passwords are being checked", BusyRetryAfter);
        }

        PasswordVerificationResult verified;
        try
        {
            verified = await hashing;
        }
        catch (OutOfMemoryException)
        {
            // The password was not looked at: it must not count against its owner.
            await attempts.TakeBackAsync(attempt, CancellationToken.None);
            throw;
        }

        if (Refusals.Of(attempt) is { } exhausted)
            return exhausted;
        if (user is null)
            return Refusal.InvalidCredentials(Reasons.UserUnknown, "no such user");
        if (verified == PasswordVerificationResult.Failed)
            return Refusal.InvalidCredentials(
                user.PasswordHash is null ? Reasons.UserWithoutPassword : Reasons.PasswordWrong, "wrong password");
        if (user.Status.GetDenialReason(context.Now) is { } refusal)
            return Refusal.InvalidCredentials(refusal, "right password, but the user is not admitted");

        // Runs to its end even when the client has gone: the user has proven who they are.
        await otps.AllowAgainAsync(user.UserId, context, CancellationToken.None);
        return new CheckedUser(user, verified);
    }

    private PasswordVerificationResult Verify(string? hash, string presented)
    {
        // Read on every path: the first login on a node computes it, whether the user exists or not.
        var dummyHash = _dummyHash.Value;

        // A hash that cannot be read costs the same as one that can.
        var readable = hash is not null && UserPasswordHasher.IsReadable(hash);
        var verified = hasher.VerifyHashedPassword(NoUser, readable ? hash! : dummyHash, presented);
        return readable ? verified : PasswordVerificationResult.Failed;
    }

    private async Task UpgradeAsync(StoredCredential user, string password, CancellationToken cancellationToken)
    {
        // A full lane is no reason to refuse a right password: the next login upgrades it.
        if (lane.TryRun(() => hasher.HashPassword(NoUser, password)) is { } hashing)
            await users.UpgradeHashAsync(user.UserId, user.PasswordHash!, await hashing, cancellationToken);
    }

    private sealed record CheckedUser(StoredCredential User, PasswordVerificationResult Result);
}
