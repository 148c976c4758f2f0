using System.Buffers;
using System.Text.RegularExpressions;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>
/// A path without its matrix parameters (RFC 3986 §3.3: <c>;name=value</c> at the end of a segment), and the one of them that means
/// something: <c>lsid</c>. Whatever could be read in two ways, by the hub or by a proxy before it, is no path. contracts/lsid-sessions.md.
/// </summary>
/// <param name="Path">As it came over the wire, percent-encoded, without any <c>;</c>.</param>
/// <param name="Lsid">Null where there is none.</param>
internal sealed partial record MatrixPath(string Path, string? Lsid)
{
    /// <summary>Longest LSID in bytes.</summary>
    public const int MaxLsidLength = 256;

    private const string Name = "lsid";

    // Of the longest way to write "..".
    private const int MaxDots = 6;

    // Without one of these nothing is ambiguous.
    private static readonly SearchValues<char> Suspicious = SearchValues.Create([
        '\\',
        '%',
        .. Enumerable.Range('\0', ' ').Select(code => (char)code),
        '\x7f'
    ]);

    /// <summary>Reads the path of a request target. Never throws.</summary>
    /// <param name="raw">As it came over the wire, without the query.</param>
    public static Outcome<MatrixPath> Parse(string raw)
    {
        if (raw.AsSpan().ContainsAny(Suspicious) && Ambiguous().IsMatch(raw))
            return Refused("An encoded delimiter, a backslash or a control character stands in the path.", Reasons.PathAmbiguous);

        string? lsid = null;
        var segments = raw.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            string[] parts = segments[i].Contains(';', StringComparison.Ordinal) ? segments[i].Split(';') : [segments[i]];
            if (parts[0].Length <= MaxDots && Dots().IsMatch(parts[0]))
                return Refused("A segment of the path is '.' or '..'.", Reasons.PathAmbiguous);
            foreach (var parameter in parts.AsSpan(1))
            {
                if (!Parameter().IsMatch(parameter))
                    return Refused("A matrix parameter is not of the form ;name=value.", Reasons.MatrixParameterMalformed);
                var equals = parameter.IndexOf('=', StringComparison.Ordinal);
                if (!parameter.AsSpan(0, equals).Equals(Name, StringComparison.OrdinalIgnoreCase))
                    continue;
                if (lsid is not null)
                    return Refused("The path has several matrix parameters 'lsid'.", Reasons.LsidRepeated);
                lsid = parameter[(equals + 1)..];
                if (!parameter.StartsWith(Name, StringComparison.Ordinal)
                    || lsid.Length is 0 or > MaxLsidLength
                    || !Unreserved().IsMatch(lsid))
                    return Refused(
                        $"The matrix parameter 'lsid' must be 1 to {MaxLsidLength} letters, digits, dots, dashes, tildes and underscores.",
                        Reasons.LsidMalformed);
            }

            segments[i] = parts[0];
        }

        return new MatrixPath(string.Join('/', segments), lsid);
    }

    /// <summary>Shows nothing: the path may hold a secret as well.</summary>
    public override string ToString() => nameof(MatrixPath);

    private static Refusal Refused(string description, string reason) => Refusal.InvalidRequest(description, reason);

    // / \ ; % as %2f %5c %3b %25, and control characters, whichever way they are written.
    [GeneratedRegex(@"\\|[\x00-\x1f\x7f]|%(?:2f|5c|3b|25|7f|[01][0-9a-f])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ambiguous();

    [GeneratedRegex(@"^(?:\.|%2e){1,2}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Dots();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+=[^=]*\z")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\A[A-Za-z0-9._~-]+\z")]
    private static partial Regex Unreserved();
}
