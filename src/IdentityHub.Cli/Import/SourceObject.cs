using System.Globalization;
using System.Text.Json;

namespace IdentityHub.Cli.Import;

/// <summary>
/// An object of another system. It remembers which of its keys were looked at, so that the report names all others: nothing is lost in
/// silence, whatever version the source has.
/// </summary>
internal sealed class SourceObject
{
    /// <summary>Of a value that loses the blanks around it.</summary>
    public const string BlanksAdvice = "The blanks around it were cut off.";

    private const int MostMembers = 10;

    private readonly Dictionary<string, (string Name, JsonElement Value)> _values = new(SourceNames.Comparer);
    private readonly HashSet<string> _seen = new(SourceNames.Comparer);
    private readonly HashSet<string> _misformed = new(SourceNames.Comparer);
    private readonly HashSet<string> _trimmed = new(SourceNames.Comparer);
    private readonly ImportReport _report;
    private readonly string _path;

    /// <param name="label">What the report calls it, e.g. <c>clients/web</c>.</param>
    /// <param name="json">An object; of a key that is there twice the last one counts.</param>
    /// <param name="path">What stands before its keys in the report.</param>
    public SourceObject(string label, JsonElement json, ImportReport report, string path = "")
    {
        (Label, _report, _path) = (label, report, path);
        foreach (var member in json.ValueKind == JsonValueKind.Object ? json.EnumerateObject() : default)
            _values[member.Name] = (member.Name, member.Value);
    }

    public string Label { get; }

    /// <summary>Names of the keys, as the source writes them.</summary>
    public IEnumerable<string> Keys => _values.Values.Select(value => value.Name);

    /// <summary>The value as text; null for none, for an empty text, and for an object or a list.</summary>
    public string? Text(string key) => Find(key) is { } value ? TextOf(value) : null;

    /// <summary>A switch.</summary>
    /// <param name="missing">What a key that is not there means in the source.</param>
    public bool Flag(string key, bool missing = false)
    {
        switch (Text(key)?.ToLowerInvariant())
        {
            case null:
                return missing;
            case "true" or "1" or "t":
                return true;
            case "false" or "0" or "f":
                return false;
            case { } other:
                Report(key, other, $"It is neither true nor false. It was taken as {(missing ? "true" : "false")}.");
                return missing;
        }
    }

    /// <summary>A whole number; null for none.</summary>
    public long? Number(string key)
    {
        if (Text(key) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        Report(key, text, "It is no whole number. It was left out.");
        return null;
    }

    /// <summary>A time; one without a zone is UTC.</summary>
    /// <param name="isFaulty">True where there is a value that is no time.</param>
    public DateTimeOffset? Time(string key, out bool isFaulty)
    {
        var text = Text(key);
        isFaulty = !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && text is not null;
        return text is null || isFaulty ? null : time;
    }

    /// <summary>
    /// A list of texts, each once, without the blanks around them; of an object in it its <c>Name</c>. A single text is a list of one.
    /// </summary>
    public IReadOnlyList<string> Texts(string key)
    {
        var items = (Find(key) is { } value ? ItemsOf(value) : []).ToList();
        var texts = items
            .Select(item => item.ValueKind == JsonValueKind.Object ? new SourceObject(Label, item, _report).Text("Name") : TextOf(item))
            .ToList();
        if (items.Zip(texts).Any(one => one.Second is null && !IsNothing(one.First)))
            ReportForm(key);
        if (texts.OfType<string>().FirstOrDefault(text => text != text.Trim()) is { } wide && _trimmed.Add(key))
            Report(key, wide, BlanksAdvice);
        return [.. texts.OfType<string>().Select(text => text.Trim()).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The objects of a list, or the one object.</summary>
    /// <param name="mayBeTexts">True where the caller reads texts among them too.</param>
    public IReadOnlyList<SourceObject> Objects(string key, bool mayBeTexts = false)
    {
        var items = (Find(key) is { } value ? ItemsOf(value) : []).Select((item, index) => (item, index)).ToList();
        if (!mayBeTexts && items.Exists(one => one.item.ValueKind != JsonValueKind.Object && !IsNothing(one.item)))
            ReportForm(key);
        return
        [
            .. items
                .Where(one => one.item.ValueKind == JsonValueKind.Object)
                .Select(one => new SourceObject(Label, one.item, _report, $"{_path}{key}[{one.index}]."))
        ];
    }

    /// <summary>
    /// The objects of a list that each become an object of their own in the report. Each item that is no object is reported.
    /// </summary>
    public IReadOnlyList<JsonElement> Items(string key)
    {
        if (Find(key) is not { } value)
            return [];
        if (value.ValueKind != JsonValueKind.Array)
        {
            ReportForm(key);
            return [];
        }

        var items = value.EnumerateArray().ToList();
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].ValueKind != JsonValueKind.Object)
                _report.Add(Label, string.Create(CultureInfo.InvariantCulture, $"{_path}{key}[{i}]"), null, "Left out: it is no object.");
        }

        return [.. items.Where(item => item.ValueKind == JsonValueKind.Object)];
    }

    /// <summary>The object itself under a key; an empty one where there is none.</summary>
    public SourceObject Inner(string key)
    {
        var inner = Find(key);
        if (inner is { ValueKind: not JsonValueKind.Object } other && !IsNothing(other))
            ReportForm(key);
        return new(Label, inner is { ValueKind: JsonValueKind.Object } found ? found : default, _report, $"{_path}{key}.");
    }

    /// <summary>The value as it is; null for none.</summary>
    public JsonElement? Find(string key)
    {
        _seen.Add(key);
        return _values.TryGetValue(key, out var found) && found.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? found.Value
            : null;
    }

    /// <summary>Passes over keys that mean nothing here.</summary>
    public void Skip(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            _seen.Add(key);
    }

    /// <summary>Adds an entry to the report.</summary>
    public void Report(string key, string? value, string advice) => _report.Add(Label, _path + NameOf(key), value, advice);

    /// <summary>Adds an entry that says that the whole object was left out.</summary>
    public void ReportLeftOut(string advice) => _report.Add(Label, _path, null, $"Left out: {advice}");

    /// <summary>Reports a switch that is not as usual. SQLite has no booleans: it stores 1 and 0.</summary>
    public void ReportUnless(string key, bool usual, string advice)
    {
        if (Flag(key, usual) != usual)
            Report(key, usual ? "false" : "true", advice);
    }

    /// <summary>Reports a key that has a value other than the usual one.</summary>
    public void ReportUnless(string key, string usual, string advice)
    {
        if (Text(key) is { } text && !text.Equals(usual, StringComparison.OrdinalIgnoreCase))
            Report(key, text, advice);
    }

    /// <summary>Reports each value that was not looked at.</summary>
    /// <param name="areSecret">True where any of them may be a secret: the report has the names alone.</param>
    public void ReportRest(string advice, bool areSecret = false)
    {
        foreach (var (name, value) in _values.Values.Where(value => !_seen.Contains(value.Name)))
        {
            if (IsNothing(value))
                continue;

            // Key by key, so that a secret among them is known by the name of its key.
            if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Count() <= MostMembers)
                new SourceObject(Label, value, _report, $"{_path}{name}.").ReportRest(advice, areSecret);
            else
                _report.Add(Label, _path + name, areSecret ? "***" : TextOf(value) ?? Summary(value), advice);
        }
    }

    // Once for each key, however often it is looked at.
    private void ReportForm(string key)
    {
        if (_misformed.Add(key))
            Report(key, null, "It, or a part of it, has another form than it should have. That was left out.");
    }

    private string NameOf(string key) => _values.TryGetValue(key, out var found) ? found.Name : key;

    // A configuration section counts its items: { "0": …, "1": … }.
    private static IEnumerable<JsonElement> ItemsOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray(),
        JsonValueKind.Object when value.EnumerateObject().All(member => int.TryParse(member.Name, out _)) =>
            value.EnumerateObject().Select(member => member.Value),
        _ => [value],
    };

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static string Summary(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => TextOf(item) is not null))
            return string.Join(' ', value.EnumerateArray().Select(TextOf));
        var count = value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : value.EnumerateObject().Count();
        return string.Create(CultureInfo.InvariantCulture, $"{count} entries");
    }

    private static bool IsNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => value.EnumerateObject().All(member => IsNothing(member.Value)),
        _ => TextOf(value) is null or "0" or "false",
    };
}
