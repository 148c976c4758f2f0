using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Counters;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Authentication.OneTimeCodes;

/// <summary>
/// Limits how often one-time passwords are sent: to an address once in 30 seconds and five times an hour, for all clients together. The
/// settings limit a client and an IP address. Only what the caller sent is counted, over all nodes. ASSURANCE B6, B7.
/// </summary>
internal sealed class OtpSendLimits(CallLimits limits, IOptions<HubSettings> settings)
{
    private const string PauseKind = LimitNames.OtpPause, AddressKind = LimitNames.OtpAddress;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly CallRule Pause = new(1, TimeSpan.FromSeconds(30));
    private static readonly CallRule PerAddress = new(5, Hour);

    /// <summary>Counts a request, committed before it returns.</summary>
    /// <param name="address">In the one form under which addresses compare.</param>
    /// <returns>How long the caller has to wait; null when the code may be sent.</returns>
    public async Task<TimeSpan?> CountAsync(string address, string clientId, RequestContext context, CancellationToken cancellationToken)
    {
        var perClient = new CallRule(settings.Value.Otp.SendsPerClientAndHour, Hour);
        var perIp = new CallRule(settings.Value.Otp.SendsPerIpAndHour, Hour);

        // What is refused early does not use up what comes later.
        return await WaitAsync(perIp, LimitNames.OtpIp, CallLimits.OfAddress(context), context, cancellationToken)
            ?? await WaitAsync(perClient, LimitNames.OtpClient, clientId, context, cancellationToken)
            ?? await WaitAsync(Pause, PauseKind, address, context, cancellationToken)
            ?? await WaitAsync(PerAddress, AddressKind, address, context, cancellationToken);
    }

    /// <summary>The counts of what is sent to an address.</summary>
    /// <param name="address">In the one form under which addresses compare.</param>
    public static IEnumerable<byte[]> KeysOf(string address) =>
        [CallLimits.KeyOf(PauseKind, address), CallLimits.KeyOf(AddressKind, address)];

    /// <summary>Forgets what was sent to an address.</summary>
    public async Task ForgetAsync(string address, CancellationToken cancellationToken)
    {
        await limits.ForgetAsync(PauseKind, address, cancellationToken);
        await limits.ForgetAsync(AddressKind, address, cancellationToken);
    }

    private async Task<TimeSpan?> WaitAsync(
        CallRule rule, string kind, string key, RequestContext context, CancellationToken cancellationToken) =>
        await limits.CountAsync(rule, kind, key, context, cancellationToken) is { LetThrough: false, ResetsIn: var wait } ? wait : null;
}
