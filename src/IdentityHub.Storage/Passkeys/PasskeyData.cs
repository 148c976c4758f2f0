using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdentityHub.Storage.Passkeys;

/// <summary>
/// What is stored of a passkey: the credential record of WebAuthn Level 3 §4, and how the user knows it. It is one JSON value of the table
/// <c>user_passkeys</c>. The members have the names that ASP.NET Core Identity gives them; <see cref="Aaguid"/> and
/// <see cref="LastUsedAt"/> are the hub's own.
/// </summary>
public sealed record PasskeyData
{
    /// <summary>Of the credential: a COSE key. RFC 9052 §7.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>What the user calls it.</summary>
    public required string Name { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The counter of the authenticator at its last use; 0 for one that does not count. WebAuthn Level 3 §6.1.1.</summary>
    public uint SignCount { get; init; }

    /// <summary>How the browser reaches the authenticator, as it has said: <c>internal</c>, <c>hybrid</c>, <c>usb</c>.</summary>
    public IReadOnlyList<string> Transports { get; init; } = [];

    /// <summary>True: the authenticator checked at the enrolment who was there.</summary>
    public bool IsUserVerified { get; init; }

    /// <summary>True: the passkey may be copied to other devices of the user. It never changes. WebAuthn Level 3 §6.1.3.</summary>
    public bool IsBackupEligible { get; init; }

    /// <summary>True: it had been copied when it was last used.</summary>
    public bool IsBackedUp { get; init; }

    /// <summary>As the authenticator sent it at the enrolment. WebAuthn Level 3 §6.5.4.</summary>
    public byte[] AttestationObject { get; init; } = [];

    /// <summary>What the attestation signs together with it.</summary>
    public byte[] ClientDataJson { get; init; } = [];

    /// <summary>The model of the authenticator; all zeros where it does not say.</summary>
    public Guid Aaguid { get; init; }

    /// <summary>UTC; null before the first use.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>Writes and reads <see cref="PasskeyData"/> as the provider stores JSON.</summary>
internal sealed class PasskeyJson(bool timesAreTicks)
{
    private readonly JsonSerializerOptions _options = timesAreTicks ? new() { Converters = { new TicksConverter() } } : new();

    public string Write(PasskeyData data) => JsonSerializer.Serialize(data, _options);

    public PasskeyData Read(string text) =>
        JsonSerializer.Deserialize<PasskeyData>(text, _options)
        ?? throw new InvalidOperationException("The column data of user_passkeys holds null.");

    private sealed class TicksConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetInt64(), TimeSpan.Zero);

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.UtcTicks);
    }
}
