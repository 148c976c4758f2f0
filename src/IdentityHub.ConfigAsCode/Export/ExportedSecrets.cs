using System.Text;
using System.Text.Json;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// How secrets are written: as the files that are there say it (<c>env:NAME</c>, <c>file:PATH</c>), otherwise as a digest. A secret that is
/// needed itself cannot be written; a variable is named in its place.
/// </summary>
/// <param name="mayHaveDigests">False: a variable is named in place of a digest as well.</param>
internal sealed class ExportedSecrets(bool mayHaveDigests = true)
{
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _variables = new(StringComparer.Ordinal);

    /// <summary>Environment variables that have to hold secrets before the files can be read.</summary>
    public IReadOnlyCollection<string> Variables => _variables;

    /// <summary>Remembers where an object of the files has its secrets from.</summary>
    /// <param name="node">The object as it is written.</param>
    /// <param name="fingerprint">The same object as it is stored.</param>
    public void Learn(Type type, ConfigNode node, JsonElement fingerprint) => Learn(ObjectShape.Of(type), node, fingerprint);

    /// <summary>What a file says for a secret.</summary>
    /// <param name="stored">Its digest, or its keyed hash.</param>
    /// <param name="isClear">True for a secret that is needed itself.</param>
    /// <param name="owner">What the variable is named after.</param>
    public string TextOf(string stored, bool isClear, string owner)
    {
        if (_sources.TryGetValue(stored, out var source))
            return source;
        if (!isClear && mayHaveDigests)
            return stored;
        var variable = VariableOf(owner);
        _variables.Add(variable);
        return $"env:{variable}";
    }

    private void Learn(ValueShape shape, ConfigNode? node, JsonElement? stored)
    {
        switch (shape, node, stored)
        {
            case (ObjectShape mapping, MappingNode written, { ValueKind: JsonValueKind.Object }):
                foreach (var key in mapping.Keys)
                    Learn(key.Value, written[key.Name], DocumentDiff.ValueOf(stored, key));
                break;
            case (ListShape list, SequenceNode written, { ValueKind: JsonValueKind.Array } items):
                for (var i = 0; i < Math.Min(written.Items.Count, items.GetArrayLength()); i++)
                    Learn(list.Item, written.Items[i], items[i]);
                break;
            case (DigestShape, ScalarNode written, { ValueKind: JsonValueKind.String } digest) when !IsPlain(written):
                _sources.TryAdd(digest.GetString()!, written.Text);
                break;
            case (ClearSecretShape, ScalarNode written, { ValueKind: JsonValueKind.String } hash):
                _sources.TryAdd(hash.GetString()!, written.Text);
                break;
        }
    }

    private static bool IsPlain(ScalarNode written) => written.Text.StartsWith("plain:", StringComparison.Ordinal);

    private static string VariableOf(string owner)
    {
        var name = new StringBuilder("HUB_");
        foreach (var character in owner)
            name.Append(char.IsAsciiLetterOrDigit(character) ? char.ToUpperInvariant(character) : '_');
        return name.ToString();
    }
}
