using System.Globalization;
using System.Text;
using System.Text.Json;
using IdentityHub.Server.Admin.Api;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>An object as an operation answers it, for a view.</summary>
/// <param name="Json">An object; <c>default</c> for none.</param>
internal readonly record struct ShownObject(JsonElement Json)
{
    /// <summary>The object of an answer.</summary>
    public static ShownObject Of(AdminAnswer answer) => answer.Body is { } body ? new(JsonElement.Parse(body)) : default;

    /// <summary>False where there is none.</summary>
    public bool Exists => Json.ValueKind == JsonValueKind.Object;

    /// <summary>
    /// The state of an object that stands in a list: what its own <c>ETag</c> is. The text is what was answered, byte for byte.
    /// </summary>
    public string Tag => AdminJson.TagOf(Encoding.UTF8.GetBytes(Json.GetRawText()));

    /// <summary>A member as text: of a list its entries, separated by a comma; null where it is absent or null.</summary>
    public string? Text(string name) => Exists && Json.TryGetProperty(name, out var value) ? TextOf(value) : null;

    /// <summary>True for a member that is true.</summary>
    public bool Flag(string name) => Exists && Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>A member as a number; 0 where there is none.</summary>
    public long Number(string name) =>
        Exists && Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : 0;

    /// <summary>A member as a time; null where there is none.</summary>
    public DateTimeOffset? Time(string name) => Text(name) is { } text ? AdminJson.ParseTime(text) : null;

    /// <summary>The entries of a member that is a list of texts.</summary>
    public IReadOnlyList<string> Texts(string name) =>
        Exists && Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(entry => TextOf(entry) ?? "")]
            : [];

    /// <summary>The entries of a member that is a list of objects.</summary>
    public IReadOnlyList<ShownObject> Objects(string name) =>
        Exists && Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(entry => new ShownObject(entry))]
            : [];

    /// <summary>A member that is an object.</summary>
    public ShownObject Object(string name) => Exists && Json.TryGetProperty(name, out var value) ? new(value) : default;

    /// <summary>Every member with its value.</summary>
    public IEnumerable<(string Name, JsonElement Value)> Members =>
        Exists ? Json.EnumerateObject().Select(member => (member.Name, member.Value)) : [];

    /// <summary>A value as text; null for <c>null</c>.</summary>
    public static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array when value.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.String) =>
            string.Join(", ", value.EnumerateArray().Select(entry => entry.GetString())),
        JsonValueKind.Number => value.TryGetInt64(out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : value.GetRawText(),
        _ => value.GetRawText(),
    };

    /// <summary>Shows nothing of the object, which may hold personal data.</summary>
    public override string ToString() => nameof(ShownObject);
}

/// <summary>A page of a list as an operation answers it.</summary>
/// <param name="NextCursor">Where the next page begins; null for none.</param>
/// <param name="Tag">The state of a list that is always whole; null for others.</param>
internal sealed record ShownList(IReadOnlyList<ShownObject> Items, string? NextCursor, string? Tag)
{
    /// <summary>No entries.</summary>
    public static ShownList Empty { get; } = new([], null, null);

    /// <summary>The list of an answer.</summary>
    public static ShownList Of(AdminAnswer answer)
    {
        var whole = new ShownObject(JsonElement.Parse(answer.Body));
        return new ShownList(whole.Objects("items"), whole.Text("next_cursor"), answer.Tag);
    }
}
