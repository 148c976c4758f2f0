using System.Text;

namespace IdentityHub.Cli.Output;

/// <summary>Breaks text into lines.</summary>
internal static class FlowText
{
    /// <summary>
    /// The parts with a gap between them, in lines of at most <paramref name="width"/> characters where no part is longer.
    /// </summary>
    /// <param name="first">Begins the first line.</param>
    /// <param name="next">Begins all other lines.</param>
    public static IEnumerable<string> Of(IEnumerable<string> parts, int width, string gap, string first, string next)
    {
        var (line, isBegin) = (new StringBuilder(first), true);
        foreach (var part in parts)
        {
            if (!isBegin && line.Length + gap.Length + part.Length > width)
            {
                yield return line.ToString();
                (line, isBegin) = (new StringBuilder(next), true);
            }

            line.Append(isBegin ? "" : gap).Append(part);
            isBegin = false;
        }

        yield return line.ToString();
    }

    /// <summary>A sentence, broken between words.</summary>
    public static IEnumerable<string> OfSentence(string sentence, int width, string first, string next) =>
        Of(sentence.Split(' '), width, " ", first, next);

    /// <summary>Text in lines of at most <paramref name="width"/> characters. A word that is longer than a line is broken too.</summary>
    /// <param name="first">Begins the first line.</param>
    /// <param name="next">Begins all other lines; shorter than the width by two characters at least.</param>
    public static IEnumerable<string> OfWords(string text, int width, string first, string next)
    {
        var (line, isBegin) = (new StringBuilder(first), true);
        foreach (var word in text.Split(' '))
        {
            if (!isBegin && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                (line, isBegin) = (new StringBuilder(next), true);
            }

            line.Append(isBegin ? "" : " ");
            var rest = word;
            while (line.Length + rest.Length > width)
            {
                // Two characters that are one sign stay together.
                var fits = width - line.Length;
                fits -= char.IsHighSurrogate(rest[fits - 1]) ? 1 : 0;
                yield return line.Append(rest, 0, fits).ToString();
                (line, rest) = (new StringBuilder(next), rest[fits..]);
            }

            line.Append(rest);
            isBegin = false;
        }

        yield return line.ToString();
    }
}
