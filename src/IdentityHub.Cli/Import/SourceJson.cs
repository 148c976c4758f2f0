using System.Text.Json;

namespace IdentityHub.Cli.Import;

/// <summary>Reads JSON files of other systems.</summary>
internal static class SourceJson
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 64,
    };

    /// <summary>The document of a file.</summary>
    /// <exception cref="CommandException">It cannot be read, or is no JSON.</exception>
    public static JsonElement Read(FileInfo file)
    {
        try
        {
            using var stream = file.OpenRead();
            using var document = JsonDocument.Parse(stream, Options);
            Check(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (JsonException failure)
        {
            // Without the parser's own words: they can quote the text.
            throw new CommandException(
                $"'{file.Name}' is no JSON, at line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}.", failure);
        }
        catch (InvalidOperationException failure)
        {
            throw new CommandException($"'{file.Name}' is no JSON: an escape in it encodes no character.", failure);
        }
    }

    /// <summary>Reads every text once, which is decoded only then, so that none fails later.</summary>
    /// <exception cref="InvalidOperationException">An escape encodes no character.</exception>
    public static void Check(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Check(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    Check(member.Value);
                }

                break;
        }
    }
}
