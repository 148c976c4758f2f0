using System.Text.Json;

namespace IdentityHub.Server.Tokens;

/// <summary>Who acts for the subject of a token: the claim <c>act</c>. RFC 8693 §4.1.</summary>
/// <param name="Subject">Id of a user, or of a client.</param>
/// <param name="Before">Who acted for the subject before that; of no weight in decisions.</param>
internal sealed record TokenActor(string Subject, TokenActor? Before = null)
{
    /// <summary>Longer chains are refused.</summary>
    public const int MaxDepth = 4;

    /// <summary>Actors of the chain.</summary>
    public int Depth => 1 + (Before?.Depth ?? 0);

    /// <summary>The claim's value as JSON.</summary>
    public string ToJson() => Before is null
        ? $$"""{"sub":"{{JsonEncodedText.Encode(Subject)}}"}"""
        : $$"""{"sub":"{{JsonEncodedText.Encode(Subject)}}","act":{{Before.ToJson()}}}""";

    /// <summary>The claim that <see cref="ToJson"/> made; null for anything else.</summary>
    public static TokenActor? Read(JsonElement claim) =>
        claim.ValueKind == JsonValueKind.Object && claim.TryGetProperty("sub", out var subject) && subject.ValueKind == JsonValueKind.String
            ? new TokenActor(subject.GetString()!, claim.TryGetProperty("act", out var before) ? Read(before) : null)
            : null;
}
