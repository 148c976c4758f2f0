using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace IdentityHub.Protocol;

/// <summary>
/// The code with which a user refers others: 3 to 64 of <c>A-Z 0-9 _ -</c>, compared without regard to case. contracts/open-endpoints.md.
/// </summary>
public static class ReferralCode
{
    /// <summary>Shortest code in characters.</summary>
    public const int MinLength = 3;

    /// <summary>Longest code in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>What <see cref="Candidates"/> offers at most.</summary>
    public const int MaxCandidates = 32;

    // Behind a name that is too short, or that no Latin letter is left of.
    private const string Filler = "REF";

    // Numbers have at most this many digits: short enough for an int, long enough for as many people of one name as there are.
    private const int MaxDigits = 9;

    // What decomposition does not take apart: letters with a stroke, ligatures, and the two other alphabets that Europe writes with; each
    // with what it becomes, which may be nothing.
    private static readonly FrozenDictionary<char, string> Latin =
        """
        ßSS ẞSS æAE œOE øO đD ðD þTH łL ħH ıI ŋNG αA βV γG δD εE ζZ ηI θTH ιI κK λL μM νN ξX οO πP ρR σS ςS τT υY φF χCH ψPS ωO аA бB
        вV гG дD еE жZH зZ иI йI кK лL мM нN оO пP рR сS тT уU фF хKH цTS чCH шSH щSHCH ъ ыY ь эE юYU яYA єYE іI ґG јJ љLJ њNJ ћC ђDJ
        џDZ
        """.Split(' ', '\n').ToFrozenDictionary(static letter => letter[0], static letter => letter[1..]);

    /// <summary>The one form under which codes are stored and compared: upper case. Null for what is no code.</summary>
    public static string? Normalize(string? typed)
    {
        if (typed is null || typed.Length is < MinLength or > MaxLength)
            return null;
        return typed.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? typed.ToUpperInvariant() : null;
    }

    /// <summary>
    /// Candidates for a user who has chosen no code, the best first: <c>FIRSTNAMELASTNAME</c>, then the same with a number behind it. The
    /// number has one more digit each time, so that the hundred-thousandth user of a name also gets a code in a few tries. At most
    /// <see cref="MaxCandidates"/>.
    /// </summary>
    /// <param name="draw">A random number from the first argument (included) to the second (not included).</param>
    public static IEnumerable<string> Candidates(string firstName, string? lastName, Func<int, int, int> draw)
    {
        var name = Letters(firstName) + Letters(lastName ?? "");
        if (name.Length < MinLength)
            name += Filler;
        var offered = new HashSet<string>(StringComparer.Ordinal) { Cut(name, MaxLength) };
        yield return Cut(name, MaxLength);

        var least = 1;
        for (var candidate = 1; candidate < MaxCandidates; candidate++)
        {
            var digits = Math.Min(candidate, MaxDigits);
            var number = draw(least, digits == MaxDigits ? int.MaxValue : least * 10);

            // A name with digits at its end, cut or not, may make the same code of two numbers.
            while (!offered.Add(WithNumber(name, number)))
                number = number == int.MaxValue ? least : number + 1;
            yield return WithNumber(name, number);
            least = digits < MaxDigits ? least * 10 : least;
        }
    }

    private static string WithNumber(string name, int number)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        return Cut(name, MaxLength - text.Length) + text;
    }

    private static string Cut(string text, int length) => text.Length > length ? text[..length] : text;

    private static string Letters(string name)
    {
        var letters = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (letters.Length >= MaxLength)
                break;
            foreach (var c in Decompose(rune))
            {
                if (char.IsAsciiLetterOrDigit(c))
                    letters.Append(char.ToUpperInvariant(c));
                else if (Latin.TryGetValue(char.ToLowerInvariant(c), out var latin))
                    letters.Append(latin);
            }
        }

        return letters.ToString();
    }

    // Accents become characters of their own, full-width letters plain ones.
    private static string Decompose(Rune rune)
    {
        try
        {
            return rune.ToString().Normalize(NormalizationForm.FormKD);
        }
        catch (ArgumentException)
        {
            // A code point that encodes no character.
            return "";
        }
    }
}
