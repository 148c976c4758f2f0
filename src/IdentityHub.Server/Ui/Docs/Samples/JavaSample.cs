using System.Text;
using static IdentityHub.Server.Ui.Docs.Samples.SampleText;

namespace IdentityHub.Server.Ui.Docs.Samples;

/// <summary>A whole program for Java 15 and later: <c>java Sample.java</c> runs it.</summary>
internal static class JavaSample
{
    public static string Write(SampleRequest request)
    {
        var code = new StringBuilder(
            """
            import java.net.URI;
            import java.net.http.HttpClient;
            import java.net.http.HttpRequest;
            import java.net.http.HttpResponse;

            """);
        if (request.Basic is not null)
            code.Append("import java.util.Base64;\n");
        code.Append("\npublic class Sample {\n    public static void main(String[] arguments) throws Exception {\n");
        if (request.Basic is var (userName, password))
        {
            code.Append("        String credentials = Base64.getEncoder().encodeToString(").Append(Quote($"{userName}:{password}"))
                .Append(".getBytes());\n");
        }

        code.Append("        HttpRequest request = HttpRequest.newBuilder(URI.create(").Append(Quote(request.Url)).Append("))");
        foreach (var (name, value) in request.Headers)
            Header(name, Quote(value));
        if (request.Basic is not null)
            Header("Authorization", "\"Basic \" + credentials");
        if (request.Form is not null)
            Header("Content-Type", "\"application/x-www-form-urlencoded\"");
        if (request.Json is not null)
            Header("Content-Type", Quote(request.JsonMediaType));
        code.Append("\n            .method(").Append(Quote(request.Method)).Append(", ").Append(BodyOf(request)).Append(")\n");
        return code
            .Append("            .build();\n")
            .Append("        HttpResponse<String> response =\n")
            .Append("            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());\n")
            .Append("        System.out.println(response.statusCode() + \" \" + response.body());\n    }\n}")
            .ToString();

        void Header(string name, string value) =>
            code.Append("\n            .header(").Append(Quote(name)).Append(", ").Append(value).Append(')');
    }

    private static string BodyOf(SampleRequest request) => request switch
    {
        { Form: not null } => $"HttpRequest.BodyPublishers.ofString({Quote(request.FormText)})",
        { Json: not null } => "HttpRequest.BodyPublishers.ofString(\"\"\"\n                "
            + $"{TextBlock(request.JsonText)}\n                \"\"\")",
        _ => "HttpRequest.BodyPublishers.noBody()",
    };

    private static string TextBlock(string text) => Indent(text.Replace("\\", "\\\\", StringComparison.Ordinal), 16);
}
