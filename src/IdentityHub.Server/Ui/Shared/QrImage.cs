using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Html;
using QRCoder;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// A QR code as an SVG element of the page. It is no image of its own, so that no address or cache holds the secret, and it has no style,
/// so that the content security policy lets it through.
/// </summary>
internal static class QrImage
{
    /// <param name="content">What a phone reads.</param>
    /// <param name="label">What a screen reader says.</param>
    public static IHtmlContent Of(string content, string label)
    {
        using var code = QRCodeGenerator.GenerateQrCode(content, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Length; x++)
            {
                var start = x;
                while (x < rows[y].Length && rows[y][x])
                    x++;
                if (x > start)
                    path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1h-{x - start}z");
            }
        }

        var builder = new HtmlContentBuilder();
        builder.AppendHtml("<svg class=\"qr\" role=\"img\" viewBox=\"0 0 ");
        builder.AppendHtml(string.Create(CultureInfo.InvariantCulture, $"{rows.Count} {rows.Count}"));
        builder.AppendHtml("\" shape-rendering=\"crispEdges\" aria-label=\"");
        builder.Append(label);
        builder.AppendHtml("\"><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/><path fill=\"#000000\" d=\"");
        builder.AppendHtml(path.ToString());
        builder.AppendHtml("\"/></svg>");
        return builder;
    }
}
