using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text.Json;

namespace IdentityHub.Server.Authentication.Passkeys;

/// <summary>
/// What a browser sends of a <c>PublicKeyCredential</c>, as JSON (WebAuthn Level 3 §5.1). Either the two parts of an assertion are there,
/// or the attestation object. Outputs of extensions are not read: none is asked for.
/// </summary>
internal sealed record SentCredential(byte[] Id, byte[] ClientData)
{
    // Of one value, in characters. The largest is an attestation with its certificates.
    private const int MaxLength = 32 * 1024;
    private const int MaxIdLength = 1023;
    private const int MaxTransports = 10;
    private const int MaxTransportLength = 32;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Empty for a new credential.</summary>
    public byte[] AuthenticatorData { get; private init; } = [];

    /// <summary>Empty for a new credential.</summary>
    public byte[] Signature { get; private init; } = [];

    /// <summary>The id of the user as the authenticator has kept it; empty when it says nothing.</summary>
    public byte[] UserHandle { get; private init; } = [];

    /// <summary>Empty for an assertion.</summary>
    public byte[] AttestationObject { get; private init; } = [];

    /// <summary>How the browser reaches the authenticator.</summary>
    public IReadOnlyList<string> Transports { get; private init; } = [];

    /// <summary>Null for what is no such JSON.</summary>
    public static SentCredential? Parse(string? json)
    {
        if (string.IsNullOrEmpty(json))
            return null;
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            var root = document.RootElement;
            if (!root.TryGetProperty("response", out var response)
                || BytesOf(root, "id") is not { Length: > 0 and <= MaxIdLength } id
                || BytesOf(response, "clientDataJSON") is not { Length: > 0 } clientData)
                return null;
            return new SentCredential(id, clientData)
            {
                AuthenticatorData = BytesOf(response, "authenticatorData") ?? [],
                Signature = BytesOf(response, "signature") ?? [],
                UserHandle = BytesOf(response, "userHandle") ?? [],
                AttestationObject = BytesOf(response, "attestationObject") ?? [],
                Transports = TransportsOf(root),
            };
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    public override string ToString() => nameof(SentCredential);

    private static byte[]? BytesOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: <= MaxLength } text
            ? Base64Url.DecodeFromChars(text)
            : null;

    private static IReadOnlyList<string> TransportsOf(JsonElement root) =>
        root.TryGetProperty("transports", out var transports) && transports.ValueKind == JsonValueKind.Array
            ?
            [
                .. transports.EnumerateArray()
                    .Where(static transport => transport.ValueKind == JsonValueKind.String)
                    .Select(static transport => transport.GetString()!)
                    .Where(static name => name.Length is > 0 and <= MaxTransportLength && name.All(IsOfTransport))
                    .Take(MaxTransports)
            ]
            : [];

    private static bool IsOfTransport(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-';
}

/// <summary>What a browser says about a ceremony, and the authenticator signs. WebAuthn Level 3 §5.8.1.</summary>
/// <param name="IsCrossOrigin">True: the page was inside a page of another site.</param>
internal sealed record ClientData(string Type, byte[] Challenge, string Origin, bool IsCrossOrigin)
{
    /// <summary>Null for what is no such JSON.</summary>
    public static ClientData? Parse(byte[] utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            var root = document.RootElement;
            return new ClientData(
                root.GetProperty("type").GetString() ?? "",
                Base64Url.DecodeFromChars(root.GetProperty("challenge").GetString()),
                root.GetProperty("origin").GetString() ?? "",
                (root.TryGetProperty("crossOrigin", out var crossOrigin) && crossOrigin.GetBoolean())
                    || root.TryGetProperty("topOrigin", out _));
        }
        catch (Exception failure)
            when (failure is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>The fixed part of what an authenticator signs. WebAuthn Level 3 §6.1.</summary>
internal readonly record struct AuthenticatorState(bool IsBackupEligible, bool IsBackedUp, uint SignCount)
{
    private const int FlagsAt = 32;
    private const int CountAt = 33;
    private const int Length = 37;
    private const int BackupEligible = 0x08;
    private const int BackedUp = 0x10;

    /// <summary>Null for data that is too short.</summary>
    public static AuthenticatorState? Read(byte[] authenticatorData) => authenticatorData.Length < Length
        ? null
        : new AuthenticatorState(
            (authenticatorData[FlagsAt] & BackupEligible) != 0, (authenticatorData[FlagsAt] & BackedUp) != 0,
            BinaryPrimitives.ReadUInt32BigEndian(authenticatorData.AsSpan(CountAt)));
}
