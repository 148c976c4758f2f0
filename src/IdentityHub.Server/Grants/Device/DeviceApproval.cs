using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.DeviceCodes;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Grants.Device;

/// <summary>A device that waits for a user to decide, as the user is shown it. RFC 8628 §3.3, §5.4.</summary>
/// <param name="Scopes">What is asked for, as far as the client may still have it.</param>
/// <param name="IpAddress">From where the device asked; compare it with the user's own.</param>
/// <param name="UserAgent">What the device calls itself; anything can stand there, so it is never shown as it is.</param>
internal sealed record WaitingDevice(
    Client Client, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, string? IpAddress, string? UserAgent)
{
    /// <summary>True when the session must prove a second factor before it lets the device in; it may refuse the device as it is.</summary>
    public bool NeedsSecondFactor { get; init; }
}

/// <summary>
/// The decision of a signed-in user about a device: shows what a user code stands for, and allows or refuses the device. RFC 8628 §3.3.
/// Each try is counted before the code is looked up, for the user (whichever session) and the address: five wrong ones, then a back-off
/// that doubles, the same on all nodes; right ones do not reset the count, because any user can get codes of their own. RFC 8628 §5.1,
/// ASSURANCE B9.
/// </summary>
/// <remarks>
/// Refusals, by status: 400 the code is wrong, used or expired (<c>login_required</c>: the user is not admitted); 429 too many tries, with
/// how long to wait; 503 the same user has too many tries under way; <see cref="Reasons.MfaRequired"/> the device is let in after a second
/// factor only.
/// </remarks>
internal sealed class DeviceApproval(
    DeviceCodeStore devices, UserCodes userCodes, ClientRegistry registry, MfaRequirement requirement, AttemptGuard attempts,
    AuditTrail audit)
{
    private static readonly AttemptRefusals Refusals = new(Address: null, "too many user codes of this user are being checked", attempt =>
        Refusal.TooManyRequests(
            Reasons.AttemptsExhausted, "too many wrong user codes of this user, or from this address", attempt.RetryAfter));

    /// <summary>The device behind a code, which changes nothing about it.</summary>
    /// <param name="userCode">As typed.</param>
    /// <param name="session">Of the browser.</param>
    public async Task<Outcome<WaitingDevice>> FindAsync(
        string userCode, StoredBrowserSession session, RequestContext context, CancellationToken cancellationToken)
    {
        var found = await TryAsync(userCode, session, context, cancellationToken);
        return found.Succeeded ? found.Value.Device : found.Error;
    }

    /// <summary>
    /// Stores the user's decision. It is bound to their session: the device gets nothing when that ends before it has collected its tokens.
    /// </summary>
    /// <param name="userCode">As typed.</param>
    /// <param name="approved">True: the device is allowed.</param>
    /// <param name="session">Of the browser.</param>
    /// <returns>What was decided about.</returns>
    public async Task<Outcome<WaitingDevice>> DecideAsync(
        string userCode, bool approved, StoredBrowserSession session, RequestContext context, CancellationToken cancellationToken)
    {
        var found = await TryAsync(userCode, session, context, cancellationToken);
        if (!found.Succeeded)
            return found.Error;
        if (approved && found.Value.Device.NeedsSecondFactor)
            return Refusal.Of(RefusalKind.LoginRequired, "The device is let in after a second factor only.", Reasons.MfaRequired);

        // Last, because it changes state; of two decisions at once one counts.
        if (!await devices.TryDecideAsync(found.Value.UserCodeHash, approved, session.UserId, session.Id, context.Now, cancellationToken))
            return DeviceRefusals.UserCodeRefused(
                Reasons.UserCodeDecided, "the device was decided about, or the session ended, at the same moment");
        await audit.WriteAsync(context, approved ? AuditTypes.DeviceApproved : AuditTypes.DeviceDenied, session.UserId, session.Id);
        return found.Value.Device;
    }

    private async Task<Outcome<FoundDevice>> TryAsync(
        string userCode, StoredBrowserSession session, RequestContext context, CancellationToken cancellationToken)
    {
        if (session.User.GetDenialReason(context.Now) is { } refusal)
            return AuthorizationRefusals.LoginRequired($"refused: {refusal}");

        // No guess: nothing can stand behind it.
        if (UserCode.Normalize(userCode) is not { } code)
            return DeviceRefusals.UserCodeRefused(Reasons.UserCodeMalformed, "not eight letters of the alphabet of user codes");

        return await attempts.RunAsync(
            AttemptKind.UserCode, new AttemptSubject(session.UserId.ToString("N")), Refusals,
            _ => LookUpAsync(code, session, context, cancellationToken), context, cancellationToken);
    }

    private async ValueTask<Outcome<FoundDevice>> LookUpAsync(
        string code, StoredBrowserSession session, RequestContext context, CancellationToken cancellationToken)
    {
        var hash = userCodes.HashOf(code);
        var found = Read(await devices.FindByUserCodeAsync(hash, cancellationToken), context);
        if (!found.Succeeded)
            return found.Error;
        var needsFactor = await NeedsSecondFactorAsync(session, found.Value.Client, context, cancellationToken);
        return new FoundDevice(hash, found.Value with { NeedsSecondFactor = needsFactor });
    }

    // The device's login is as good as the browser's, and no browser is remembered for a device. A user who may still put the set-up of a
    // factor off lets the device in without.
    private async ValueTask<bool> NeedsSecondFactorAsync(
        StoredBrowserSession session, Client client, RequestContext context, CancellationToken cancellationToken) =>
        AuthenticationContext.LevelOf(session.AuthenticationMethods) == 1
        && (session.HasSecondFactor
            || session.HasRememberedFactor
            || (await requirement.RequiredFromAsync(session.UserId, session.OrganizationId, client.Id, cancellationToken) is { } from
                && from <= context.Now));

    private Outcome<WaitingDevice> Read(DeviceCode? code, RequestContext context)
    {
        if (code is null)
            return DeviceRefusals.UserCodeRefused(Reasons.UserCodeUnknown, "no such user code");
        context.ClientId = code.ClientId;
        if (code.ExpiresAt <= context.Now)
            return DeviceRefusals.UserCodeRefused(Reasons.UserCodeExpired, "the user code has expired");
        if (code.ApprovedAt is not null || code.DeniedAt is not null)
            return DeviceRefusals.UserCodeRefused(Reasons.UserCodeDecided, "the device was decided about before");
        if (registry.Current.Find(code.ClientId) is not { Enabled: true } client || !client.GrantTypes.Contains(GrantTypes.DeviceCode))
            return DeviceRefusals.UserCodeRefused(
                Reasons.ClientDisabled, "the client is disabled, or may not use the device grant any more");

        IReadOnlyList<string> scopes = [.. (ScopeSet.Parse(code.Scopes) ?? []).Intersect(client.Scopes, StringComparer.Ordinal)];
        return new WaitingDevice(client, scopes, code.CreatedAt, code.IpAddress, code.UserAgent);
    }

    private sealed record FoundDevice(byte[] UserCodeHash, WaitingDevice Device);
}
