using System.Buffers;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Http;

/// <summary>Reads a request body into one piece of memory, up to a limit.</summary>
internal static class BodyReader
{
    /// <summary>Longest body in bytes; contracts/README.md rule 3.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Reads the body and hands it to <paramref name="parse"/>; a body over the limit is 413 and is not read on.</summary>
    public static async ValueTask<Outcome<T>> ReadAsync<T>(
        HttpRequest request, Func<ReadOnlySequence<byte>, Outcome<T>> parse, CancellationToken cancellationToken)
        where T : class
    {
        if (request.ContentLength > MaxLength)
            return TooLong();
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding
            && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            // RFC 9110 §12.5.3: the answer says what would be taken.
            request.HttpContext.Response.Headers.AcceptEncoding = "identity";
            return Refusal.Of(
                RefusalKind.UnsupportedMediaType,
                "The body must not be compressed: send it without Content-Encoding.", Reasons.ContentEncoding);
        }

        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > MaxLength)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                return TooLong();
            }

            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var outcome = parse(read.Buffer);
            reader.AdvanceTo(read.Buffer.End);
            return outcome;
        }
    }

    private static Refusal TooLong() =>
        Refusal.Of(RefusalKind.ContentTooLarge, $"The body is longer than {MaxLength} bytes.", Reasons.BodyTooLong);
}
