using IdentityHub.Server.Http.Descriptions;

namespace IdentityHub.Server.Ui.Docs.Samples;

/// <summary>A call in one language.</summary>
/// <param name="Language">As <c>x-codeSamples</c> of OpenAPI documents names it.</param>
/// <param name="Label">For people.</param>
/// <param name="Source">The code; ends without a line break.</param>
internal sealed record CodeSample(string Language, string Label, string Source);

/// <summary>Every operation that a program can call in every language: one request, five writers.</summary>
internal static class CodeSamples
{
    private static readonly (string Language, string Label, Func<SampleRequest, string> Write)[] Writers =
    [
        ("Shell", "curl", CurlSample.Write),
        ("JavaScript", "JavaScript (fetch)", JavaScriptSample.Write),
        ("C#", "C# (HttpClient)", CSharpSample.Write),
        ("Python", "Python (requests)", PythonSample.Write),
        ("Java", "Java (java.net.http)", JavaSample.Write),
    ];

    /// <summary>The call of an endpoint in all languages; one that is for browsers as the step of a page to it.</summary>
    /// <param name="server">Base address, without a slash at its end.</param>
    /// <param name="route">The route, with its leading slash.</param>
    public static IReadOnlyList<CodeSample> Of(EndpointDescription endpoint, string server, string route)
    {
        var request = SampleRequest.Of(endpoint, server, route);
        if (endpoint.IsForBrowsers)
            return [new CodeSample("JavaScript", "JavaScript (in a page)", JavaScriptSample.WriteNavigation(request))];
        return [.. Writers.Select(writer => new CodeSample(writer.Language, writer.Label, writer.Write(request)))];
    }
}
