using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>One column of a chart.</summary>
internal sealed record ChartColumn(string Label, long Value);

/// <summary>Small charts as SVG, drawn on the server. Who does not see them reads the numbers: they stand in the title of each part.</summary>
internal static class Charts
{
    private const int Height = 100;
    private const int Step = 10;
    private const int Gap = 2;

    /// <summary>Columns, each as high as its value; the text alternative names the highest and the sum.</summary>
    /// <param name="isWrong">True for what should not be: another colour.</param>
    public static IHtmlContent Columns(IReadOnlyList<ChartColumn> columns, bool isWrong)
    {
        var most = Math.Max(1, columns.Select(column => column.Value).DefaultIfEmpty().Max());
        var svg = new StringBuilder().Append(
            CultureInfo.InvariantCulture,
            $"<svg class=\"chart\" viewBox=\"0 0 {Math.Max(1, columns.Count) * Step} {Height}\" preserveAspectRatio=\"none\" role=\"img\">");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{Encoded(TextOf(columns))}</title>");
        svg.Append(
            CultureInfo.InvariantCulture, $"<line x1=\"0\" y1=\"{Height}\" x2=\"{columns.Count * Step}\" y2=\"{Height}\"/>");
        foreach (var (index, column) in columns.Index())
        {
            var height = column.Value == 0 ? 0 : Math.Max(1.5, (double)column.Value * Height / most);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<rect{(isWrong ? " class=\"wrong\"" : "")} x=\"{(index * Step) + (Gap / 2)}\" y=\"{Height - height:0.##}\" width=\"{Step - Gap}\" height=\"{height:0.##}\"><title>{Encoded($"{column.Label}: {column.Value}")}</title></rect>");
        }

        return new HtmlString(svg.Append("</svg>").ToString());
    }

    /// <summary>One bar that shows the part of a whole; the number stands next to it.</summary>
    public static IHtmlContent Bar(long value, long most)
    {
        var width = most == 0 ? 0 : value * 100.0 / most;
        return new HtmlString(string.Create(
            CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"rest\" width=\"100\" height=\"4\"/><rect width=\"{width:0.##}\" height=\"4\"/></svg>"));
    }

    private static string TextOf(IReadOnlyList<ChartColumn> columns) =>
        string.Join(", ", columns.Where(column => column.Value > 0).Select(column => $"{column.Label}: {column.Value}"));

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
