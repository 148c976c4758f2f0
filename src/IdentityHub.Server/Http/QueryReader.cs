using System.Buffers;
using System.Text;
using IdentityHub.Protocol;

namespace IdentityHub.Server.Http;

/// <summary>
/// Reads the query of a request as strictly as <see cref="FormReader"/> reads a form: each name once, valid percent-encoding and UTF-8.
/// </summary>
internal static class QueryReader
{
    /// <summary>
    /// Longest request line in bytes: a <c>state</c> of 8,192 characters fits, each of them percent-encoded, with the rest of a request.
    /// </summary>
    public const int MaxRequestLineSize = 32 * 1024;

    /// <summary>The parameters of the query as it came over the wire.</summary>
    public static Outcome<Parameters> Read(HttpRequest request)
    {
        var query = request.QueryString.Value is { Length: > 1 } text ? text[1..] : "";
        return FormReader.Parse(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(query)));
    }

    /// <summary>The parameters of a GET's query, or of a POST's form.</summary>
    public static ValueTask<Outcome<Parameters>> ReadEitherAsync(HttpRequest request, CancellationToken cancellationToken) =>
        HttpMethods.IsPost(request.Method) ? FormReader.ReadAsync(request, cancellationToken) : new(Read(request));
}
