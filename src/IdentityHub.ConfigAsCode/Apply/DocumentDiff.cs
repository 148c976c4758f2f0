using System.Text.Json;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// Compares two stored documents of one type key by key. The keys are those of the type, so that a new one is compared without a change
/// here. A key that is left out counts as its default.
/// </summary>
internal static class DocumentDiff
{
    /// <summary>The differences in the order of the keys; secrets are named by their place only.</summary>
    /// <param name="type">The type of the definition.</param>
    /// <param name="old">Null for an object that is created: every key that is not its default is new.</param>
    public static IReadOnlyList<KeyChange> Between(Type type, JsonElement? old, JsonElement? @new)
    {
        var changes = new List<KeyChange>();
        Compare(ObjectShape.Of(type), old, @new, "", changes);
        return changes;
    }

    /// <summary>True where the value is a secret, whose text is not shown.</summary>
    public static bool IsSecret(ValueShape shape) => shape is DigestShape or ClearSecretShape;

    /// <summary>The value of a key; the default where it is left out; null where there is none.</summary>
    public static JsonElement? ValueOf(JsonElement? document, KeyShape key)
    {
        if (document is { ValueKind: JsonValueKind.Object } mapping
            && mapping.TryGetProperty(key.Name, out var value)
            && value.ValueKind != JsonValueKind.Null)
            return value;
        return key.Default is { } missing ? JsonSerializer.SerializeToElement(missing, key.Type, ConfigJson.Default.Options) : null;
    }

    private static void Compare(ObjectShape shape, JsonElement? old, JsonElement? @new, string path, List<KeyChange> changes)
    {
        foreach (var key in shape.Keys)
        {
            var name = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            Compare(key.Value, ValueOf(old, key), ValueOf(@new, key), name, changes);
        }
    }

    private static void Compare(ValueShape shape, JsonElement? old, JsonElement? @new, string path, List<KeyChange> changes)
    {
        if (AreEqual(old, @new))
            return;
        switch (shape)
        {
            case ObjectShape mapping:
                var before = changes.Count;
                Compare(mapping, old, @new, path, changes);
                if (changes.Count == before && (old is null) != (@new is null))
                    changes.Add(new(path, old is null ? null : "{}", @new is null ? null : "{}"));
                break;
            case ListShape { Item: ObjectShape item }:
                CompareItems(item, ItemsOf(old), ItemsOf(@new), path, changes);
                break;
            case ListShape or ScopeShape:
                CompareWords([.. ItemsOf(old).Select(TextOf)], [.. ItemsOf(@new).Select(TextOf)], path, changes);
                break;
            case var secret when IsSecret(secret):
                changes.Add(new(path, null, null, $"secret {(old is null ? "added" : @new is null ? "removed" : "changed")}"));
                break;
            default:
                changes.Add(new(path, old is { } was ? TextOf(was) : null, @new is { } becomes ? TextOf(becomes) : null));
                break;
        }
    }

    private static void CompareWords(List<string> old, List<string> @new, string path, List<KeyChange> changes)
    {
        var before = changes.Count;
        changes.AddRange(old.Except(@new).Select(word => new KeyChange($"{path}[]", word, null)));
        changes.AddRange(@new.Except(old).Select(word => new KeyChange($"{path}[]", null, word)));
        if (changes.Count == before)
            changes.Add(new(path, null, null, "another order"));
    }

    // Items that are alike are left out, then those of one secret, key id or name belong together, then those that are left, in order.
    private static void CompareItems(ObjectShape item, List<JsonElement> old, List<JsonElement> @new, string path, List<KeyChange> changes)
    {
        var left = Enumerable.Range(0, old.Count).ToList();
        var open = Enumerable.Range(0, @new.Count).ToList();
        var pairs = new SortedDictionary<int, int>();
        Match((was, becomes) => AreEqual(was, becomes));
        var identity = item.Keys.FirstOrDefault(key => IsSecret(key.Value) || key.Name is "kid" or "name");
        if (identity is not null)
            Match((was, becomes) => ValueOf(was, identity) is { } id && AreEqual(id, ValueOf(becomes, identity)));
        Match((_, _) => true);

        foreach (var (becomes, was) in pairs)
            CompareItem(item, old[was], @new[becomes], path, becomes, changes);
        foreach (var added in open)
            CompareItem(item, null, @new[added], path, added, changes);
        foreach (var gone in left)
            changes.Add(new(path, null, null, $"{NounOf(item)} {gone + 1} removed"));

        void Match(Func<JsonElement, JsonElement, bool> belong)
        {
            foreach (var becomes in open.ToList())
            {
                if (left.FindIndex(was => belong(old[was], @new[becomes])) is var found and >= 0)
                {
                    pairs.Add(becomes, left[found]);
                    left.RemoveAt(found);
                    open.Remove(becomes);
                }
            }
        }
    }

    private static void CompareItem(ObjectShape item, JsonElement? old, JsonElement @new, string path, int index, List<KeyChange> changes)
    {
        var inside = new List<KeyChange>();
        Compare(item, old, @new, $"{path}[{index}]", inside);
        var secret = item.Keys.FirstOrDefault(key => IsSecret(key.Value));
        if (secret is null)
        {
            if (old is null)
                changes.Add(new(path, null, null, $"{NounOf(item)} {index + 1} added"));
            changes.AddRange(inside);
            return;
        }

        // A secret is told by its place: "secret 2 changed".
        foreach (var change in inside)
        {
            changes.Add(change.Key == $"{path}[{index}].{secret.Name}"
                ? new(path, null, null, change.Note!.Replace("secret", $"secret {index + 1}", StringComparison.Ordinal))
                : change);
        }
    }

    private static string NounOf(ObjectShape item) => item.Keys.Any(key => IsSecret(key.Value)) ? "secret" : "item";

    private static List<JsonElement> ItemsOf(JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : [];

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static bool AreEqual(JsonElement? old, JsonElement? @new) =>
        old is { } was && @new is { } becomes ? JsonElement.DeepEquals(was, becomes) : old is null && @new is null;
}
