using IdentityHub.Protocol;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.DeviceCodes;

namespace IdentityHub.Server.Grants.Device;

/// <summary>A device that has begun to wait.</summary>
/// <param name="DeviceCode">For the device only.</param>
/// <param name="UserCode">For the user, as it is shown.</param>
internal sealed record StartedDevice(string DeviceCode, string UserCode)
{
    public override string ToString() => nameof(StartedDevice);
}

/// <summary>Gives a device the two codes with which it waits for a user. RFC 8628 §3.1, §3.2.</summary>
internal sealed class DeviceStart(DeviceCodeStore devices, UserCodes userCodes)
{
    /// <summary>How long both codes are good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>How long the device waits between two polls, at first.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // One of 25 billion codes is taken a handful of times in a row only when the random numbers are none.
    private const int MaxDraws = 5;

    /// <summary>Starts the wait.</summary>
    /// <param name="scopes">What the device asks for; checked.</param>
    /// <exception cref="InvalidOperationException">Every user code that was drawn is taken.</exception>
    public async Task<StartedDevice> StartAsync(
        Client client, IReadOnlyList<string> scopes, RequestContext context, CancellationToken cancellationToken)
    {
        var deviceCode = OpaqueToken.Create(OpaqueTokenType.DeviceCode);
        for (var draw = 0; draw < MaxDraws; draw++)
        {
            var userCode = userCodes.Draw();
            var row = new DeviceCode
            {
                DeviceCodeHash = TokenHash.Of(deviceCode),
                UserCodeHash = userCodes.HashOf(userCode),
                ClientId = client.Id,
                Scopes = ScopeSet.Format(scopes),
                CreatedAt = context.Now,
                ExpiresAt = context.Now + Lifetime,
                IntervalSeconds = (int)Interval.TotalSeconds,
                IpAddress = context.IpAddress,
                UserAgent = context.UserAgent,
            };
            if (await devices.TryInsertAsync(row, cancellationToken))
                return new StartedDevice(deviceCode, UserCode.Format(userCode));
        }

        throw new InvalidOperationException($"{MaxDraws} user codes in a row were taken.");
    }
}
