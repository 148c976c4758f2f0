using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.Counters;
using IdentityHub.Storage.PasswordResets;
using IdentityHub.Storage.Users;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Accounts;

/// <summary>What was typed at <c>/forgotten</c>, as it waits in the outbox.</summary>
/// <param name="Identifier">User name, e-mail address or phone number.</param>
/// <param name="Languages">BCP 47 tags in the order of preference, for a user without a stored language.</param>
internal sealed record ForgottenPasswordRequest(string Identifier, IReadOnlyList<string> Languages)
{
    /// <summary>Under which requests stand in the outbox.</summary>
    public const string Channel = "forgotten-password";

    public override string ToString() => nameof(ForgottenPasswordRequest);
}

/// <summary>
/// Users who have forgotten their password have a link sent. Who is meant is found out in the background, so that the answer, its timing
/// and its statements are the same for every name. ASSURANCE E1 to E3. The messages of a user are counted when they are sent, not when they
/// are asked for: whatever strangers ask for, the user has the messages, and the newest link works until the count begins anew.
/// </summary>
internal sealed class ForgottenPasswords(
    HubDatabase database, UserDirectory users, PasswordResetStore resets, PasswordResetTokens tokens, CallLimits limits,
    OutboxWriter outbox, AuditTrail audit, IOptions<HubSettings> settings, TimeProvider time) : OutboxChannel
{
    /// <summary>Longest name or address in characters.</summary>
    public const int MaxIdentifierLength = EmailAddress.MaxLength;

    /// <summary>Path of the page that the link opens.</summary>
    public const string ResetPath = "/forgotten/reset";

    private static readonly CallRule FromAddress = new(30, TimeSpan.FromMinutes(10));

    // Not longer than a token lives: a user who gets no further message has a link that works.
    private static readonly CallRule OfUser = new(5, PasswordResetTokens.Lifetime);

    public override string Name => ForgottenPasswordRequest.Channel;

    /// <summary>Takes a request.</summary>
    /// <returns>The refusal, which depends only on what was sent; else null.</returns>
    public async Task<Refusal?> AddAsync(
        string identifier, IReadOnlyList<string> languages, RequestContext context, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(identifier) || identifier.Length > MaxIdentifierLength)
            return Refusal.InvalidRequest("Type the user name, the e-mail address or the phone number.", Reasons.UsernameMissing);
        var counted = await limits.CountAsync(
            FromAddress, LimitNames.ForgottenIp, CallLimits.OfAddress(context), context, cancellationToken);
        if (!counted.LetThrough)
            return Refusal.TooManyRequests(
                Reasons.ResetsExhausted, "too many passwords reported as forgotten from this address", counted.ResetsIn);

        await using (var transaction = await database.BeginAsync(cancellationToken))
        {
            await outbox.AddAsync(transaction, Name, new ForgottenPasswordRequest(identifier, languages), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        outbox.Signal();
        await audit.WriteAsync(context, AuditTypes.PasswordResetRequested);
        return null;
    }

    public override async Task<Delivery> SendAsync(byte[] payload, CancellationToken cancellationToken)
    {
        var request = Read<ForgottenPasswordRequest>(payload);
        var now = time.GetUtcNow();
        if (await users.FindCredentialAsync(request.Identifier, cancellationToken) is not { } named
            || await resets.FindRecipientAsync(named.UserId, cancellationToken) is not { Address: not null } user)
            return Dropped(Reasons.RecipientUnknown, null);
        if (user.Status.GetDenialReason(now) is { } refusal)
            return Dropped(refusal, user);

        var context = new RequestContext($"outbox/{Name}", "local", null, now);
        var counted = await limits.CountAsync(
            OfUser, LimitNames.ForgottenUser, LimitNames.SubjectOf(user.UserId), context, cancellationToken);
        if (!counted.LetThrough)
            return Dropped(Reasons.ResetsExhausted, user);
        return await tokens.TryIssueAsync(user, user.PrefersPhone, LinkTo, template: null, request.Languages, cancellationToken)
            ? new Delivery(DeliveryVerdict.Delivered, null) { UserId = user.UserId }
            : Dropped(Reasons.RecipientUnknown, user);
    }

    private string LinkTo(string token) => $"{settings.Value.Issuer}{ResetPath}?token={token}";

    private static Delivery Dropped(string reason, ResetRecipient? user) => new(DeliveryVerdict.Dropped, reason) { UserId = user?.UserId };
}
