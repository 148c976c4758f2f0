using System.Text.Json;
using IdentityHub.Protocol;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// Reads the texts of a theme: one JSON object of key and text. A text that cannot be used leaves the built-in one in its place.
/// </summary>
internal static class ThemeTexts
{
    /// <summary>
    /// Names a scope of the configuration in words: <c>scope.orders.read</c>, and <c>scope.orders.read.more</c> for its second line.
    /// </summary>
    public const string ScopePrefix = "scope.";

    private const int MaxTextLength = 2000;
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        AllowDuplicateProperties = false,
    };

    /// <param name="builtIn">The keys that there are.</param>
    /// <param name="refuse">Told of each fault, as a sentence.</param>
    public static Dictionary<string, string> Read(byte[] json, IReadOnlyDictionary<string, string> builtIn, Action<string> refuse)
    {
        var texts = new Dictionary<string, string>(builtIn, StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json.AsMemory(json.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0), Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                refuse("It is no JSON object.");
                return texts;
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (Fault(member, builtIn) is { } fault)
                    refuse(fault);
                else
                    texts[member.Name] = member.Value.GetString()!;
            }
        }
        catch (JsonException broken)
        {
            refuse($"It is no valid JSON (line {broken.LineNumber + 1}).");
        }

        return texts;
    }

    private static string? Fault(JsonProperty member, IReadOnlyDictionary<string, string> builtIn)
    {
        if (!builtIn.ContainsKey(member.Name) && !IsScope(member.Name))
            return $"There is no text '{member.Name}'{Meant(member.Name, builtIn.Keys)}.";
        if (member.Value.ValueKind != JsonValueKind.String)
            return $"Text '{member.Name}' is no string.";
        return member.Value.GetString()!.Length > MaxTextLength ? $"Text '{member.Name}' is longer than {MaxTextLength} characters." : null;
    }

    private static bool IsScope(string key) =>
        key.StartsWith(ScopePrefix, StringComparison.Ordinal) && ScopeSet.IsValidName(key.AsSpan(ScopePrefix.Length));

    private static string Meant(string key, IEnumerable<string> known) =>
        key.Length <= 100
        && known.MinBy(other => EditDistance.Between(other, key)) is { } nearest
        && EditDistance.Between(nearest, key) <= 3
            ? $"; '{nearest}' was meant, perhaps"
            : "";
}
