using System.Text.Json;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Protocol;

/// <summary>The <c>claims</c> parameter: claims that a request asks for by name. OpenID Connect Core §5.5.</summary>
public sealed class ClaimsRequest
{
    /// <summary>Longest parameter, in characters.</summary>
    public const int MaxLength = 4096;

    private const int MaxNames = 64;
    private const int MaxNameLength = 128;

    private ClaimsRequest(IReadOnlyList<string> idToken, IReadOnlyList<string> userInfo)
    {
        IdToken = idToken;
        UserInfo = userInfo;
    }

    /// <summary>Names of the claims that are asked for in the <c>id_token</c>, each once.</summary>
    public IReadOnlyList<string> IdToken { get; }

    /// <summary>Names of the claims that are asked for at userinfo, each once.</summary>
    public IReadOnlyList<string> UserInfo { get; }

    /// <summary>The one <c>sub</c> that will do (§5.5.1); null when any will.</summary>
    public string? Subject { get; private init; }

    /// <summary>
    /// The <c>acr</c> values of which one must be reached, because the request calls it essential (§5.5.1.1); empty when none must.
    /// </summary>
    public IReadOnlyList<string> EssentialContextClasses { get; private init; } = [];

    /// <summary>Reads the parameter: one JSON object. Members that are not known are passed over (§5.5).</summary>
    public static Outcome<ClaimsRequest> Parse(string json)
    {
        if (json.Length > MaxLength)
            return Malformed($"is longer than {MaxLength} characters");
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement)
                : Malformed("must be one JSON object");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException)
        {
            // InvalidOperationException: an escape that encodes no character. ArgumentException: half of a character.
            return Malformed("is not valid JSON");
        }
    }

    /// <summary>The same, with no more than those names that <paramref name="keep"/> lets through.</summary>
    public ClaimsRequest Where(Func<IReadOnlyList<string>, IReadOnlyList<string>> keep) => new(keep(IdToken), keep(UserInfo));

    /// <summary>Reads back what <see cref="ToString"/> has written; null for null.</summary>
    public static ClaimsRequest? Restore(string? text) => text?.Split('|') switch
    {
        null => null,
        [var idToken, var userInfo] => new ClaimsRequest(Names(idToken), Names(userInfo)),
        _ => throw new FormatException("Not a claims request in its stored form."),
    };

    /// <summary>The stored form: the names alone, which hold neither blank nor bar.</summary>
    public override string ToString() => $"{string.Join(' ', IdToken)}|{string.Join(' ', UserInfo)}";

    private static string[] Names(string joined) => joined.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Outcome<ClaimsRequest> Read(JsonElement root)
    {
        var idToken = Members(root, "id_token");
        var userInfo = Members(root, "userinfo");
        if (idToken is null || userInfo is null)
            return Malformed("must hold objects in 'id_token' and 'userinfo'");
        if (idToken.Concat(userInfo).Any(member => member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null)))
            return Malformed("must hold an object or null for each claim");

        return new ClaimsRequest(NamesOf(idToken), NamesOf(userInfo))
        {
            Subject = idToken
                .Concat(userInfo)
                .Where(member => member.Name == "sub")
                .SelectMany(member => ValuesOf(member.Value))
                .FirstOrDefault(),
            EssentialContextClasses =
            [
                .. idToken.Where(member => member.Name == "acr" && member.Value.ValueKind == JsonValueKind.Object
                        && member.Value.TryGetProperty("essential", out var essential) && essential.ValueKind == JsonValueKind.True)
                    .SelectMany(member => ValuesOf(member.Value)),
            ],
        };
    }

    // Null when it is there and no object.
    private static List<JsonProperty>? Members(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
            return [];
        return member.ValueKind == JsonValueKind.Object ? [.. member.EnumerateObject()] : null;
    }

    private static string[] NamesOf(List<JsonProperty> members) =>
        [.. members.Select(member => member.Name).Where(IsName).Distinct(StringComparer.Ordinal).Take(MaxNames)];

    // Anything else names no claim of ours.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '/');

    private static IEnumerable<string> ValuesOf(JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object)
            yield break;
        if (request.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String)
            yield return value.GetString()!;
        if (!request.TryGetProperty("values", out var values) || values.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (var one in values.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String))
            yield return one.GetString()!;
    }

    private static Refusal Malformed(string what) => Refusal.InvalidRequest($"Parameter 'claims' {what}.", Reasons.ClaimsMalformed);
}
