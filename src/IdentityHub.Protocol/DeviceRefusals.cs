using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Protocol;

/// <summary>Refusals of the device grant. RFC 8628 §3.5; what a device learns while its user has not decided is no failure.</summary>
public static class DeviceRefusals
{
    public static Refusal AuthorizationPending() =>
        new(
            RefusalKind.AuthorizationPending, "The user has not decided yet: ask again after the interval.",
            Reasons.AuthorizationPending, "the user has not decided yet")
        {
            IsRoutine = true,
        };

    public static Refusal SlowDown() => new(
        RefusalKind.SlowDown, "The device asks too often: from now on the interval is 5 seconds longer.",
        Reasons.SlowDown, "the device asked before its interval was over");

    public static Refusal ExpiredToken() =>
        new(RefusalKind.ExpiredToken, "The device code has expired: begin anew.", Reasons.DeviceCodeExpired, "the device code has expired");

    /// <summary>The one sentence for every user code that nothing waits behind, so that tries tell nothing.</summary>
    public static Refusal UserCodeRefused(string reason, string detail) =>
        new(RefusalKind.InvalidRequest, "The code is wrong, was used before, or has expired.", reason, detail);
}
