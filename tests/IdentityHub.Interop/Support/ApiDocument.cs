using System.Text.Json;

namespace IdentityHub.Interop.Support;

/// <summary>One call of an OpenAPI document.</summary>
internal sealed record ApiOperation(string Id, string Method, string Path, JsonElement Json)
{
    /// <summary>False for a call that browsers make: it has one sample, in JavaScript.</summary>
    public bool IsForPrograms => Json.GetProperty("x-codeSamples").GetArrayLength() > 1;

    /// <summary>The code in a language, by the name of <c>x-codeSamples</c>.</summary>
    public string Sample(string language) =>
        Json.GetProperty("x-codeSamples").EnumerateArray().Single(sample => sample.GetProperty("lang").GetString() == language)
            .GetProperty("source").GetString()!;

    /// <summary>The statuses that the document names.</summary>
    public IEnumerable<int> Statuses =>
        Json.GetProperty("responses").EnumerateObject().Select(answer =>
            int.Parse(answer.Name, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Names of the security schemes, one of which is needed.</summary>
    public IEnumerable<string> Schemes =>
        Json.TryGetProperty("security", out var security)
            ? security.EnumerateArray().SelectMany(requirement => requirement.EnumerateObject()).Select(scheme => scheme.Name)
            : [];

    public override string ToString() => Id;
}

/// <summary>The OpenAPI documents of a server with the shipped configuration, in files.</summary>
internal sealed class ApiDocument
{
    private ApiDocument(string file, string text)
    {
        File = file;
        Text = text;
        Operations =
        [
            .. JsonDocument.Parse(text).RootElement.GetProperty("paths").EnumerateObject().SelectMany(path =>
                path.Value.EnumerateObject().Select(call =>
                    new ApiOperation(call.Value.GetProperty("operationId").GetString()!, call.Name, path.Name, call.Value))),
        ];
    }

    public string File { get; }

    public string Text { get; }

    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <param name="path">Of the document on the server.</param>
    /// <param name="folder">Where the file goes.</param>
    public static async Task<ApiDocument> ReadAsync(ReadmeServer server, string path, string folder)
    {
        var text = await server.Client.GetStringAsync(new Uri(path, UriKind.Relative));
        var file = Path.Combine(folder, path.Trim('/').Replace('/', '-'));
        await System.IO.File.WriteAllTextAsync(file, text);
        return new ApiDocument(file, text);
    }
}
