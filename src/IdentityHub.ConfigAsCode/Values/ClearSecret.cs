using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// A secret that is needed in clear later: a user's password until it is hashed, a tenant's HS256 key until it is wrapped.
/// Every way of printing it is redacted, and as JSON it is written only by those who wrap or hash it.
/// </summary>
[JsonConverter(typeof(NoSecretJsonConverter))]
public sealed class ClearSecret(string value)
{
    /// <summary>The secret itself. Never a log argument, never part of a message.</summary>
    public string Reveal() => value;

    /// <summary>Always the same three characters.</summary>
    public override string ToString() => "***";
}

/// <summary>What a <see cref="ClearSecret"/> has unless one of the others is asked for: nothing reaches JSON by accident.</summary>
internal sealed class NoSecretJsonConverter : JsonConverter<ClearSecret>
{
    public override ClearSecret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("A secret is read with the key-protection key.");

    public override void Write(Utf8JsonWriter writer, ClearSecret value, JsonSerializerOptions options) =>
        throw new NotSupportedException("A secret is not written in clear.");
}
