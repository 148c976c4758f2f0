using System.Text;
using static IdentityHub.Server.Ui.Docs.Samples.SampleText;

namespace IdentityHub.Server.Ui.Docs.Samples;

/// <summary>Statements of a program of C# 11 and later, with its implicit usings.</summary>
internal static class CSharpSample
{
    public static string Write(SampleRequest request)
    {
        var code = new StringBuilder();
        if (request.Json is not null || request.Basic is not null)
            code.Append("using System.Text;\n\n");
        var method = request.Method[..1] + request.Method[1..].ToLowerInvariant();
        code.Append("using var client = new HttpClient();\n")
            .Append("using var request = new HttpRequestMessage(HttpMethod.").Append(method).Append(", ").Append(Quote(request.Url))
            .Append(");\n");
        foreach (var (name, value) in request.Headers)
            code.Append("request.Headers.TryAddWithoutValidation(").Append(Quote(name)).Append(", ").Append(Quote(value)).Append(");\n");
        if (request.Basic is var (userName, password))
        {
            code.Append("var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(").Append(Quote($"{userName}:{password}"))
                .Append("));\nrequest.Headers.TryAddWithoutValidation(\"Authorization\", $\"Basic {credentials}\");\n");
        }

        if (request.Form is { } form)
        {
            code.Append("request.Content = new FormUrlEncodedContent(new Dictionary<string, string>\n{\n");
            foreach (var (name, value) in form)
                code.Append("    [").Append(Quote(name)).Append("] = ").Append(Quote(value)).Append(",\n");
            code.Append("});\n");
        }

        if (request.Json is not null)
        {
            code.Append("request.Content = new StringContent(\n    \"\"\"\n    ").Append(Indent(request.JsonText, 4))
                .Append("\n    \"\"\",\n    Encoding.UTF8, ").Append(Quote(request.JsonMediaType)).Append(");\n");
        }

        return code
            .Append("using var response = await client.SendAsync(request);\n")
            .Append("response.EnsureSuccessStatusCode();\n")
            .Append("Console.WriteLine(await response.Content.ReadAsStringAsync());")
            .ToString();
    }
}
