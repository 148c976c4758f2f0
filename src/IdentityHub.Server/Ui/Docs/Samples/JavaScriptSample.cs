using System.Text;
using static IdentityHub.Server.Ui.Docs.Samples.SampleText;

namespace IdentityHub.Server.Ui.Docs.Samples;

/// <summary>A module: for browsers, and for Node.js 18 and later.</summary>
internal static class JavaScriptSample
{
    /// <summary>Sends the browser there, away from the page.</summary>
    public static string WriteNavigation(SampleRequest request) => $"location.assign({SingleQuote(request.Url)});";

    public static string Write(SampleRequest request)
    {
        var code = new StringBuilder("const response = await fetch(").Append(SingleQuote(request.Url)).Append(", {\n");
        code.Append("  method: ").Append(SingleQuote(request.Method)).Append(",\n");
        List<string> headers = [.. request.Headers.Select(header => $"{SingleQuote(header.Name)}: {SingleQuote(header.Value)}")];
        if (request.Basic is var (userName, password))
            headers.Add($"'Authorization': `Basic ${{btoa({SingleQuote($"{userName}:{password}")})}}`");
        if (request.Json is not null)
            headers.Add($"'Content-Type': {SingleQuote(request.JsonMediaType)}");
        if (headers.Count > 0)
            code.Append("  headers: {\n").AppendJoin("", headers.Select(header => $"    {header},\n")).Append("  },\n");
        if (request.Form is { } form)
        {
            var fields = form.Select(field => $"    {SingleQuote(field.Name)}: {SingleQuote(field.Value)},\n");
            code.Append("  body: new URLSearchParams({\n").AppendJoin("", fields).Append("  }),\n");
        }

        if (request.Json is not null)
            code.Append("  body: JSON.stringify(").Append(Indent(request.JsonText, 2)).Append("),\n");
        return code
            .Append("});\n")
            .Append("if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);\n")
            .Append(request.AnswersJson ? "console.log(await response.json());" : "console.log(await response.text());")
            .ToString();
    }
}
