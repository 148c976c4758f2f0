using System.ComponentModel;
using System.Text.Json.Serialization;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>A key for an integrated system that acts for itself; contracts/lsid-sessions.md.</summary>
[Description("A key for an integrated system that acts for itself.")]
public sealed record ApiKeyDefinition : ConfigDefinition
{
    [Description("Unique; the name that the audit trail shows.")]
    [Matches("^[a-z0-9][a-z0-9._-]{0,63}$", "1 to 64 of a-z 0-9 . _ - beginning with a letter or digit")]
    public required string Name { get; init; }

    /// <summary>SHA-256 of the UTF-8 bytes of the key; 32 bytes.</summary>
    [Description("Where the key comes from: env:NAME, file:PATH, sha256:BASE64, or plain:… in Development.")]
    [JsonPropertyName("value")]
    [JsonConverter(typeof(DigestJsonConverter))]
    public required byte[] Sha256 { get; init; }

    [Description("The key counts from this time on.")]
    public DateTimeOffset? NotBefore { get; init; }

    [Description("The key counts until this time.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Description("The organization in which the permissions hold; all where it is left out.")]
    public string? Organization { get; init; }

    [Description("What the key allows.")]
    [OneOf(typeof(Permissions))]
    public IReadOnlyList<string> Permissions { get; set; } = [];

    [Description("False refuses the key.")]
    public bool Enabled { get; set; } = true;

    /// <summary>Shows the name, never the digest.</summary>
    public override string ToString() => $"ApiKeyDefinition {{ Name = {Name} }}";
}
