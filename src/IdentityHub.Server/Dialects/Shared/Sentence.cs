using System.Text.Encodings.Web;
using System.Text.Json;

namespace IdentityHub.Server.Dialects.Shared;

/// <summary>
/// Sentences of the contracts in JSON, their quotation marks as they stand there. What callers made up is harmless by then:
/// <see cref="Http.Fields.FieldCheck.Printable"/>.
/// </summary>
internal static class Sentence
{
    public static JsonEncodedText Encode(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
