using System.Text;
using static IdentityHub.Server.Ui.Docs.Samples.SampleText;

namespace IdentityHub.Server.Ui.Docs.Samples;

/// <summary>For Python 3 with the package <c>requests</c>.</summary>
internal static class PythonSample
{
    public static string Write(SampleRequest request)
    {
        var code = new StringBuilder("import requests\n\nresponse = requests.").Append(request.Method.ToLowerInvariant()).Append("(\n");
        code.Append("    ").Append(Quote(request.Url)).Append(",\n");
        if (request.Basic is var (userName, password))
            code.Append("    auth=(").Append(Quote(userName)).Append(", ").Append(Quote(password)).Append("),\n");
        List<(string Name, string Value)> headers = [.. request.Headers];
        if (request.Json is not null && request.JsonMediaType != "application/json")
            headers.Add(("Content-Type", request.JsonMediaType));
        Append("headers", headers);
        Append("data", request.Form ?? []);
        if (request.Json is not null)
            code.Append("    json=").Append(Python(request.Json, 4)).Append(",\n");
        return code
            .Append("    timeout=30,\n)\nresponse.raise_for_status()\n")
            .Append(request.AnswersJson ? "print(response.json())" : "print(response.text)")
            .ToString();

        void Append(string argument, IReadOnlyList<(string Name, string Value)> pairs)
        {
            if (pairs.Count == 0)
                return;
            code.Append("    ").Append(argument).Append("={\n");
            foreach (var (name, value) in pairs)
                code.Append("        ").Append(Quote(name)).Append(": ").Append(Quote(value)).Append(",\n");
            code.Append("    },\n");
        }
    }
}
