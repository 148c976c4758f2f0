using System.Buffers;
using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Http;

/// <summary>
/// Reads <c>application/x-www-form-urlencoded</c> strictly: valid percent-encoding, valid UTF-8, each name once. RFC 6749 appendix B.
/// </summary>
internal static class FormReader
{
    /// <summary>Longest parameter in bytes; the longest legitimate one is an assertion.</summary>
    private const int MaxValueLength = 16 * 1024;

    // Handed back as it came: 8,192 characters, each of them percent-encoded.
    private const int MaxStateLength = 28 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    // The names that requests are made of: found without making a new string.
    private static readonly string[] KnownNames =
    [
        "grant_type", "scope", "client_id", "client_secret", "username", "password", "refresh_token", "token", "token_type_hint",
        "client_assertion", "client_assertion_type", "code", "redirect_uri", "code_verifier", "access_token", "device_code",
    ];

    /// <summary>Reads the form of a POST; another media type is 415.</summary>
    public static ValueTask<Outcome<Parameters>> ReadAsync(HttpRequest request, CancellationToken cancellationToken) =>
        IsForm(request.ContentType)
            ? BodyReader.ReadAsync(request, static body => Parse(body), cancellationToken)
            : new(Refusal.Of(RefusalKind.UnsupportedMediaType, "The body must be application/x-www-form-urlencoded.", Reasons.MediaType));

    public static bool IsForm(string? contentType) =>
        contentType is not null
        && contentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        && contentType.AsSpan("application/x-www-form-urlencoded".Length).TrimStart() is [] or [';', ..];

    /// <summary>Parses a whole body.</summary>
    /// <param name="maxValueLength">Longest value in bytes, encoded.</param>
    public static Outcome<Parameters> Parse(ReadOnlySequence<byte> body, int maxValueLength = MaxValueLength)
    {
        if (body.IsSingleSegment)
            return Parse(body.FirstSpan, maxValueLength);

        var rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
        try
        {
            body.CopyTo(rented);
            return Parse(rented.AsSpan(0, (int)body.Length), maxValueLength);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private static Outcome<Parameters> Parse(ReadOnlySpan<byte> body, int maxValueLength)
    {
        var parameters = new Parameters();
        foreach (var range in body.Split((byte)'&'))
        {
            var pair = body[range];
            if (pair.IsEmpty)
                continue;
            if (pair.Length > maxValueLength && !(pair.Length <= MaxStateLength && pair.StartsWith("state="u8)))
                return Refusal.InvalidRequest($"A parameter is longer than {maxValueLength} bytes.", Reasons.ParameterTooLong);
            var equals = pair.IndexOf((byte)'=');
            if (Decode(equals < 0 ? pair : pair[..equals], isName: true) is not { } name
                || Decode(equals < 0 ? [] : pair[(equals + 1)..], isName: false) is not { } value)
                return Refusal.InvalidRequest("The form is malformed: percent-encoding or UTF-8 is broken.", Reasons.FormMalformed);
            if (parameters.Add(name, value) is { } refusal)
                return refusal;
        }

        return parameters;
    }

    private static string? Decode(ReadOnlySpan<byte> encoded, bool isName)
    {
        if (encoded.IndexOfAny((byte)'%', (byte)'+') < 0)
            return isName ? Name(encoded) : Text(encoded);

        Span<byte> decoded = encoded.Length <= 1024 ? stackalloc byte[encoded.Length] : new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var c = encoded[i];
            if (c == '%')
            {
                if (i + 2 >= encoded.Length
                    || Hex(encoded[i + 1]) is not (>= 0 and var high)
                    || Hex(encoded[i + 2]) is not (>= 0 and var low))
                    return null;
                decoded[length++] = (byte)((high << 4) | low);
                i += 2;
            }
            else
            {
                decoded[length++] = c == '+' ? (byte)' ' : c;
            }
        }

        return isName ? Name(decoded[..length]) : Text(decoded[..length]);
    }

    private static string? Name(ReadOnlySpan<byte> utf8)
    {
        foreach (var known in KnownNames)
        {
            if (known.Length == utf8.Length && Ascii.Equals(utf8, known))
                return known;
        }

        return Text(utf8);
    }

    private static string? Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static int Hex(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };
}
