using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions.Logout;
using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.Otp;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Authentication.OneTimeCodes;

/// <summary>Decides whether an account may begin with a code that was right.</summary>
/// <param name="user">The user as they would be signed in; nothing is stored yet.</param>
/// <returns>The refusal; null where the account is made.</returns>
internal delegate ValueTask<Refusal?> NewUserRule(AuthenticatedUser user, CancellationToken cancellationToken);

/// <summary>A code that was used.</summary>
/// <param name="UserId">Whose address it was sent to; null when the address is no user's any more.</param>
/// <param name="At">When it was used.</param>
internal sealed record UsedCode(Guid? UserId, DateTimeOffset At);

/// <summary>
/// Checks a one-time password. It is counted before it is evaluated, compared in constant time, and used up by one statement. The answer is
/// the same for wrong, used, expired, unknown, blocked and disabled. Where the address belongs to no user and new users are allowed, the
/// account is created here.
/// </summary>
internal sealed class OtpCheck(
    OtpGuesses guesses, OneTimePasswordStore store, UserDirectory users, OtpCodes codes, LogoutNotices notices, AuditTrail audit)
{
    /// <summary>The user who has received <paramref name="code"/> at <paramref name="address"/>.</summary>
    /// <param name="purpose">What it must have been sent for.</param>
    /// <param name="newUsers">A user without an account gets one by this rule, with the address verified; null: they get none.</param>
    public async Task<Outcome<AuthenticatedUser>> CheckAsync(
        OtpAddress address, OtpPurpose purpose, string code, NewUserRule? newUsers, RequestContext context,
        CancellationToken cancellationToken)
    {
        // The same statements whosever the address is.
        var user = (await address.FindUserAsync(users, cancellationToken))?.Credential;
        var slot = codes.SlotOf(address, purpose);
        return await guesses.RunAsync(
            address.Key, user?.UserId, () => store.IsUntriedAsync(slot, context.Now, cancellationToken),
            () => EvaluateAsync(address, purpose, user, code, newUsers, context, cancellationToken), context, cancellationToken);
    }

    /// <summary>Whose code it was, where it was used a short while ago; null where it was not. Changes nothing.</summary>
    /// <param name="purpose">What it was sent for, which only the browser and the mail know.</param>
    public async Task<UsedCode?> FindUsedAsync(
        OtpAddress address, OtpPurpose purpose, RequestContext context, CancellationToken cancellationToken) =>
        await store.FindUseAsync(codes.SlotOf(address, purpose), context.Now, cancellationToken) is { } at
            ? new UsedCode((await address.FindUserAsync(users, cancellationToken))?.Credential.UserId, at)
            : null;

    private async ValueTask<Outcome<AuthenticatedUser>> EvaluateAsync(
        OtpAddress address, OtpPurpose purpose, StoredCredential? user, string code, NewUserRule? newUsers, RequestContext context,
        CancellationToken cancellationToken)
    {
        var slot = codes.SlotOf(address, purpose);
        var tried = await store.TryAsync(slot, context.Now, cancellationToken);
        if (codes.RefusalOf(tried, slot, code) is { } wrong)
            return wrong;

        // The right code comes from the owner of the address, who may know that it has an account.
        if (user is not null && purpose.IsForNewUsers)
            return Refusal.InvalidRequest("There is an account for this address already.", Reasons.AddressTaken);
        if (user?.Status.GetDenialReason(context.Now) is { } refusal)
            return Refusal.InvalidOneTimePassword(refusal, "right code, but the user is not admitted");
        if (user is null && newUsers is null)
            return Refusal.InvalidOneTimePassword(Reasons.UserUnknown, "right code, but no such user");
        var newUser = user is null ? NewUser(address, context.Now) : null;
        if (newUser is not null && await newUsers!(Authenticated(newUser, address, context), cancellationToken) is { } unadmitted)
            return unadmitted;

        // Last, because it changes state. It runs to its end even when the client has gone.
        var (use, proven) = newUser is not null
            ? (await store.UseAsync(slot, tried!.Id, newUser, context.Now, CancellationToken.None), null)
            : await store.UseAsync(
                slot, tried!.Id, user!.UserId, address.IsEmail ? address.Key : null, address.IsEmail ? null : address.Key, context.Now,
                notices.WriteAsync, CancellationToken.None);
        if (use != OneTimePasswordUse.Used)
            return Refusal.InvalidOneTimePassword(
                Reasons.OtpUsed, "used, replaced or expired a moment ago, or the account was made meanwhile");

        if (newUser is null)
        {
            if (proven is not null)
                await AnnounceAsync(user!, proven, context);

            // The first proof of an address has removed the second factors too.
            var left = proven is null ? user! : user! with { SecurityStamp = proven.SecurityStamp, HasSecondFactor = false };
            return AuthenticatedUser.ByFactor(left, address.Method, context.Now);
        }

        await audit.WriteAsync(context, AuditTypes.UserCreated, newUser.Id);
        return Authenticated(newUser, address, context);
    }

    private static AuthenticatedUser Authenticated(User newUser, OtpAddress address, RequestContext context) =>
        AuthenticatedUser.ByFactor(newUser.Id, null, newUser.SecurityStamp!, default, address.Method, context.Now);

    // From here on the account belongs to the person who reads what is sent to the address.
    private async Task AnnounceAsync(StoredCredential user, ProvenAddress proven, RequestContext context)
    {
        notices.Signal();
        await audit.WriteAsync(context, AuditTypes.AddressConfirmed, user.UserId);
        foreach (var session in proven.Ended)
            await audit.WriteAsync(context, AuditTypes.SessionEnded, session.UserId, session.SessionId, SessionEndReasons.AddressProven);
    }

    // A name without meaning: the address may belong to another person later, and logs in by itself.
    private static User NewUser(OtpAddress address, DateTimeOffset now)
    {
        var id = Identifiers.NewId(now);
        return new User
        {
            Id = id,
            UserName = id.ToString(),
            Email = address.IsEmail ? address.Value : null,
            EmailConfirmed = address.IsEmail,
            PhoneNumber = address.IsEmail ? null : address.Value,
            PhoneNumberConfirmed = !address.IsEmail,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            CreatedAt = now,
            UpdatedAt = now,
        };
    }
}
