using System.Text;

namespace IdentityHub.Server.Messaging.Templates;

/// <summary>
/// The text of a template: <c>{{name}}</c> stands for a value. Filled in one pass, so that what a value holds stays what it is, be it
/// <c>{{code}}</c> itself. ASSURANCE I2.
/// </summary>
internal sealed class TemplateText
{
    private const string Open = "{{", Close = "}}";

    // The first ones say what is misunderstood.
    private const int MostFaults = 50;

    // Texts and names of values by turns, beginning and ending with a text.
    private readonly string[] _parts;

    private TemplateText(string[] parts) => _parts = parts;

    /// <summary>Names of the values in it.</summary>
    public IEnumerable<string> Names => _parts.Where((_, i) => i % 2 == 1);

    /// <summary>Reads a text.</summary>
    /// <param name="firstLine">Number of its first line in its file.</param>
    /// <param name="names">Values that there are.</param>
    /// <param name="refuse">Told of each of the first faults: the line, and what is wrong as a sentence.</param>
    public static TemplateText Read(string text, int firstLine, IReadOnlyList<string> names, Action<int, string> refuse)
    {
        var parts = new List<string>();
        var (end, line, counted, faults) = (0, firstLine, 0, 0);
        while (text.IndexOf(Open, end, StringComparison.Ordinal) is var begin and >= 0)
        {
            line += text.AsSpan(counted, begin - counted).Count('\n');
            counted = begin;
            var close = text.IndexOf(Close, begin, StringComparison.Ordinal);
            if (close < 0)
            {
                refuse(line, "'{{' is not closed by '}}'.");
                break;
            }

            var name = text[(begin + Open.Length)..close].Trim();
            if (!names.Contains(name, StringComparer.Ordinal) && ++faults <= MostFaults)
                refuse(line, $"'{{{{{name}}}}}' is not known; there are {string.Join(", ", names.Select(known => $"{{{{{known}}}}}"))}.");
            parts.AddRange([text[end..begin], name]);
            end = close + Close.Length;
        }

        return new TemplateText([.. parts, text[end..]]);
    }

    /// <summary>The text with the values in it.</summary>
    /// <param name="encode">What becomes of each value.</param>
    public string Fill(IReadOnlyDictionary<string, string> values, Func<string, string> encode)
    {
        var filled = new StringBuilder();
        for (var i = 0; i < _parts.Length; i++)
            filled.Append(i % 2 == 0 ? _parts[i] : encode(values[_parts[i]]));
        return filled.ToString();
    }
}
