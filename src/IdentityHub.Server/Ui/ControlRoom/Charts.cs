using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>One column of a chart.</summary>
internal sealed record ChartColumn(string Label, long Value);

/// <summary>
/// Small charts as SVG, drawn on the server. Who does not see them reads the numbers: they stand in the title of each part.
/// </summary>
internal static class Charts
{
    private const int Height = 100;
    private const int Step = 10;
    private const int Gap = 2;

    /// <summary>Columns, each as high as its value; the text alternative names the highest and the sum.</summary>
    /// <param name="isWrong">True for what should not be: another colour.</param>
    /// <param name="name">What the columns count.</param>
    public static IHtmlContent Columns(string name, IReadOnlyList<ChartColumn> columns, bool isWrong)
    {
        var most = Math.Max(1, columns.Select(column => column.Value).DefaultIfEmpty().Max());
        var width = Math.Max(1, columns.Count) * Step;
        var svg = new StringBuilder();
        Add($"<svg class=\"chart\" viewBox=\"0 0 {width} {Height}\" preserveAspectRatio=\"none\" role=\"img\">");
        Add($"<title>{Encoded(TextOf(name, columns))}</title>");
        Add($"<line x1=\"0\" y1=\"{Height}\" x2=\"{width}\" y2=\"{Height}\"/>");
        foreach (var (index, column) in columns.Index())
        {
            var height = column.Value == 0 ? 0 : Math.Max(1.5, (double)column.Value * Height / most);
            Add($"<rect{(isWrong ? " class=\"wrong\"" : "")} x=\"{(index * Step) + (Gap / 2)}\" y=\"{Height - height:0.##}\" ");
            Add($"width=\"{Step - Gap}\" height=\"{height:0.##}\"><title>{Encoded($"{column.Label}: {column.Value}")}</title></rect>");
        }

        return new HtmlString(svg.Append("</svg>").ToString());

        void Add(FormattableString part) => svg.Append(part.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>One bar that shows the part of a whole; the number stands next to it.</summary>
    public static IHtmlContent Bar(long value, long most)
    {
        var width = most == 0 ? 0 : value * 100.0 / most;
        FormattableString svg =
            $"""
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="rest" width="100" height="4"/>
            <rect width="{width:0.##}" height="4"/></svg>
            """;
        return new HtmlString(svg.ToString(CultureInfo.InvariantCulture));
    }

    private static string TextOf(string name, IReadOnlyList<ChartColumn> columns) =>
        columns.Any(column => column.Value > 0)
            ? $"{name}: {string.Join(", ", columns.Where(column => column.Value > 0).Select(column => $"{column.Label} {column.Value}"))}"
            : $"{name}: 0";

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
