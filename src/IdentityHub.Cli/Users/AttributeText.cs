using System.Globalization;
using System.Text.Json;

namespace IdentityHub.Cli.Users;

/// <summary>A value of an attribute for people.</summary>
internal static class AttributeText
{
    /// <summary>Values of a list with commas between them.</summary>
    public static string Of(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        IReadOnlyList<string> texts => string.Join(", ", texts),
        JsonElement { ValueKind: JsonValueKind.Array } list => string.Join(", ", list.EnumerateArray().Select(item => item.GetRawText())),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
