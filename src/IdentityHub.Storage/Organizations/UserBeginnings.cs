using System.Globalization;
using System.Text;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Organizations;

/// <summary>Which fields of a user <c>u</c> are compared with what was searched for, and with which pattern of <c>LIKE</c>.</summary>
internal static class UserBeginnings
{
    // Names of people are compared by UPPER() of the database, which leaves other letters than those of ASCII as they are in SQLite and
    // under the collation "C": a name is found as it is usually written, too.
    private const string UpperSql = "$5";
    private const string TitleSql = "$6";

    private static readonly (string Field, string Pattern)[] s_fields =
    [
        ("u.normalized_user_name", UpperSql), ("u.normalized_email", UpperSql), ("u.phone_number", UpperSql),
        ("UPPER(u.given_name)", UpperSql), ("UPPER(u.family_name)", UpperSql),
        ("UPPER(u.given_name)", TitleSql), ("UPPER(u.family_name)", TitleSql),
    ];

    /// <summary>The numbers of the fields, from 1 on.</summary>
    public static IReadOnlyList<int> Numbers { get; } = [.. Enumerable.Range(1, s_fields.Length)];

    /// <summary>A field, as it is indexed.</summary>
    public static string FieldOf(int number) => s_fields[number - 1].Field;

    /// <summary>A condition: one of the fields begins so.</summary>
    public static string AnySql { get; } = AnyOf(s_fields.Length);

    /// <summary>A condition: the field begins so, and none before it does.</summary>
    /// <param name="number">Of the field.</param>
    public static string FirstSql(int number) =>
        number == 1 ? LikeSql(1) : $"{LikeSql(number)} AND ({AnyOf(number - 1)}) IS NOT TRUE";

    /// <summary>The patterns <c>$5</c> and <c>$6</c> of a beginning.</summary>
    public static (string Upper, string Title) PatternsOf(string search)
    {
        var text = search.Normalize(NormalizationForm.FormKC);
        var title = text[..1].ToUpperInvariant() + text[1..].ToLower(CultureInfo.InvariantCulture);
        return (Beginning(NameNormalizer.Normalize(text)), Beginning(AsciiUpper(title)));
    }

    private static string AnyOf(int count) => string.Join(" OR ", Enumerable.Range(1, count).Select(LikeSql));

    private static string LikeSql(int number) => $@"{s_fields[number - 1].Field} LIKE {s_fields[number - 1].Pattern} ESCAPE '\'";

    private static string AsciiUpper(string text) =>
        string.Concat(text.Select(static c => char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : c));

    private static string Beginning(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal) + "%";
}
