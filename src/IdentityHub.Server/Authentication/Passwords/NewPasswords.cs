using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.Server.Authentication.Passwords;

/// <summary>Passwords that users choose: judged by <see cref="UserPolicy"/>, then hashed in the lane.</summary>
internal sealed class NewPasswords(
    IPasswordHasher<User> hasher, UserPasswordHasher verifiers, HashLogin hashLogin, HashingLimiter lane, BreachedPasswords breached)
{
    private static readonly TimeSpan BusyRetryAfter = TimeSpan.FromSeconds(2);
    private static readonly User NoUser = new();

    /// <summary>
    /// What is wrong with a password that a user chooses on a page of the hub; null when it is accepted. Depends on what was sent, on the
    /// names of that user, and on the installation.
    /// </summary>
    /// <param name="email">Of the user; null for none.</param>
    public Refusal? RefusalOfChosen(string password, string userName, string? email) =>
        RefusalOf(password, userName)
        ?? (UserPolicy.Resembles(password, userName, email)
            ? Refusal.InvalidRequest(
                "The password is too much like the user name or the e-mail address.", Reasons.PasswordResemblesName)
            : null);

    private Refusal? RefusalOf(string password, string userName) => UserPolicy.FaultOf(password, userName) switch
    {
        null => breached.Contains(password)
            ? Refusal.InvalidRequest("The password is known from a data breach.", Reasons.PasswordBreached)
            : null,
        PasswordFault.TooShort => Refusal.InvalidRequest(
            $"A password has at least {UserPolicy.MinPasswordLength} characters.", Reasons.PasswordTooShort),
        PasswordFault.TooLong => Refusal.InvalidRequest(
            $"A password has at most {UserPasswordHasher.MaxPasswordBytes} bytes.", Reasons.PasswordTooLong),
        PasswordFault.Common => TooCommon(),
        _ => IsUserName(),
    };

    /// <summary>
    /// What is wrong with a new password as it was sent: itself, or its hash; null when nothing is. Depends on what was sent and on the
    /// installation.
    /// </summary>
    public Refusal? RefusalOf(SentPassword sent, string userName)
    {
        if (!sent.IsHash)
            return RefusalOf(sent.Text, userName);
        if (hashLogin.Kind is not { } kind)
            return Refusal.InvalidRequest("Passwords are not taken as hashes here.", Reasons.HashLoginOff);
        if (ClientSentHash.Normalize(kind, sent.Text) is not { } hash)
            return Refusal.InvalidRequest($"The hash must be a {kind} in hexadecimal.", Reasons.PasswordHashMalformed);
        if (CommonPasswords.ContainsHash(kind, hash))
            return TooCommon();
        return hash == ClientSentHash.Of(kind, userName) ? IsUserName() : null;
    }

    /// <summary>
    /// The verifier of what has passed <see cref="RefusalOf(SentPassword, string)"/>; the refusal when too many are being made.
    /// </summary>
    public async Task<Outcome<string>> HashAsync(SentPassword sent)
    {
        if (!sent.IsHash)
            return await HashAsync(sent.Text);
        if (hashLogin.Kind is not { } kind || ClientSentHash.Normalize(kind, sent.Text) is not { } hash)
            return Refusal.InvalidRequest("Passwords are not taken as hashes here.", Reasons.HashLoginOff);
        return await RunAsync(() => verifiers.HashClientSent(kind, hash));
    }

    /// <summary>
    /// The hash of a password that has passed <see cref="RefusalOfChosen"/>; the refusal when too many are being hashed.
    /// </summary>
    public Task<Outcome<string>> HashAsync(string password) => RunAsync(() => hasher.HashPassword(NoUser, password));

    /// <summary>A user who was created with a password that they have just chosen. For a new account only.</summary>
    public static AuthenticatedUser Enrolled(User created, RequestContext context) =>
        AuthenticatedUser.ByFactor(
            created.Id, created.OrganizationId, created.SecurityStamp ?? "", default, PasswordCheck.Method, context.Now);

    private async Task<Outcome<string>> RunAsync(Func<string> hash) =>
        lane.TryRun(hash) is { } hashing
            ? await hashing
            : Refusal.TemporarilyUnavailable(Reasons.HashingLaneFull, "too many passwords are being hashed", BusyRetryAfter);

    private static Refusal IsUserName() => Refusal.InvalidRequest("The password is the user name.", Reasons.PasswordIsUserName);

    private static Refusal TooCommon() => Refusal.InvalidRequest("The password is one of the most common ones.", Reasons.PasswordCommon);
}

/// <summary>A password as it was sent: itself, or the hash that some clients send in its place.</summary>
internal readonly record struct SentPassword(string Text, bool IsHash)
{
    /// <summary>Shows nothing of it.</summary>
    public override string ToString() => nameof(SentPassword);
}
