using IdentityHub.Storage.DataProtection;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.PushedRequests;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Storage.Rewrapping;

/// <summary>
/// Every column whose values are wrapped with the key-protection key; a new one has its entry here. The secrets in the applied
/// configuration are wrapped inside its documents and are not among them.
/// </summary>
public static class WrappedColumns
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<WrappedColumn> All { get; } =
    [
        new WrappedColumn<string>
        {
            Table = "signing_keys", Column = "wrapped_private_key", Key = "key_id",
            KeyOf = static row => row.Text("row_key"),
            WithKey = static (call, key) => call.With(key),
            Purposes = static row => [SigningKey.WrapPurposeOf(row.Text("detail"))],
        },
        new WrappedColumn<int>
        {
            Table = "data_protection_keys", Column = "wrapped_xml", Key = "id",
            KeyOf = static row => row.Int("row_key"),
            WithKey = static (call, key) => call.With(key),
            Purposes = static _ => [DatabaseXmlRepository.Purpose],
        },
        new WrappedColumn<Guid>
        {
            Table = "totp_authenticators", Column = "wrapped_secret", Key = "user_id",
            KeyOf = static row => row.Guid("row_key"),
            WithKey = static (call, key) => call.With(key),
            Purposes = static row => [TotpAuthenticator.WrapPurposeOf(row.Guid("detail"))],
        },
        new WrappedColumn<Guid>
        {
            Table = "outbox_messages", Column = "wrapped_payload", Key = "id", Detail = "channel",
            KeyOf = static row => row.Guid("row_key"),
            WithKey = static (call, key) => call.With(key),
            Purposes = static row => [OutboxContent.PurposeOf(row.Text("detail"))],
        },
        new WrappedColumn<byte[]>
        {
            Table = "pushed_requests", Column = "wrapped_parameters", Key = "request_hash",
            KeyOf = static row => row.Bytes("row_key"),
            WithKey = static (call, key) => call.With(key),
            Purposes = static _ => [PushedRequest.WrapPurpose, PushedRequest.AddressWrapPurpose, PushedRequest.LoginLinkWrapPurpose],
        },
    ];
}
