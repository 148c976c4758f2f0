using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Storage.SecondFactors;

/// <summary>The secret of an authenticator app as it is stored: wrapped for its user.</summary>
public static class TotpWrapping
{
    /// <summary>As it is stored.</summary>
    public static byte[] Wrap(KeyProtector protector, Guid userId, ReadOnlySpan<byte> secret) =>
        protector.Wrap(TotpAuthenticator.WrapPurposeOf(userId), secret);

    /// <summary>Undoes <see cref="Wrap"/>.</summary>
    public static byte[] Unwrap(KeyProtector protector, Guid userId, ReadOnlySpan<byte> wrapped) =>
        protector.Unwrap(TotpAuthenticator.WrapPurposeOf(userId), wrapped);
}
