using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>Texts of descriptions as HTML: of Markdown they use nothing but <c>`code`</c>.</summary>
internal static partial class Prose
{
    /// <summary>Encoded, with its code marked as such.</summary>
    public static string Html(string text) => Code().Replace(HtmlEncoder.Default.Encode(text), "<code>$1</code>");

    [GeneratedRegex("(?:`|&#x60;)(.*?)(?:`|&#x60;)")]
    private static partial Regex Code();
}
