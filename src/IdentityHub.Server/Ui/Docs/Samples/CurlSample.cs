using System.Text;

namespace IdentityHub.Server.Ui.Docs.Samples;

/// <summary>For a POSIX shell.</summary>
internal static class CurlSample
{
    public static string Write(SampleRequest request)
    {
        var code = new StringBuilder("curl ");
        if (request.Method != "GET")
            code.Append("-X ").Append(request.Method).Append(' ');
        code.Append(Quote(request.Url));
        if (request.Basic is var (userName, password))
            Line("-u", $"{userName}:{password}");
        foreach (var (name, value) in request.Headers)
            Line("-H", $"{name}: {value}");
        foreach (var (name, value) in request.Form ?? [])
            Line("--data-urlencode", $"{name}={value}");
        if (request.Json is not null)
        {
            Line("-H", $"Content-Type: {request.JsonMediaType}");
            Line("--data", request.JsonText);
        }

        return code.ToString();

        void Line(string option, string value) => code.Append(" \\\n  ").Append(option).Append(' ').Append(Quote(value));
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
