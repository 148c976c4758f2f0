using IdentityHub.Storage.DeviceCodes;

namespace IdentityHub.Server.Authentication.ApprovedDevices;

/// <summary>
/// A user who has let a device in has proven who they are in the browser where they did that. The device's login has the <c>amr</c> and the
/// <c>auth_time</c> of the browser's. RFC 8628 §3.3.
/// </summary>
internal static class DeviceProof
{
    /// <param name="approved">A device code that is approved and good (<see cref="StoredDeviceCode.Refusal"/>).</param>
    public static AuthenticatedUser Of(StoredDeviceCode approved) =>
        approved is { Code.UserId: { } userId, Decision: { } decision }
            ? AuthenticatedUser.ByFactor(
                userId, decision.OrganizationId, decision.SecurityStamp, approved.User, decision.AuthenticationMethods,
                decision.AuthenticatedAt)
            : throw new ArgumentException("The device code is not approved.", nameof(approved));
}
