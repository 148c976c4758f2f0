using System.Text.RegularExpressions;

namespace IdentityHub.ConfigAsCode;

// What a definition says about its keys in addition to their type. Read once by ObjectShape; the parser, the checks and the JSON schema
// follow.

/// <summary>The value, or each item of the list, is one of the static list <c>All</c> of a type.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneOfAttribute(Type names) : Attribute
{
    public IReadOnlyList<string> Values { get; } = (IReadOnlyList<string>)names.GetProperty("All")!.GetValue(null)!;
}

/// <summary>The string matches a pattern of the ECMA-262 subset that .NET shares.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MatchesAttribute(string pattern, string words) : Attribute
{
    public string Pattern => pattern;

    /// <summary>The same for a human, behind "must be".</summary>
    public string Words => words;

    // \z for $: .NET's $ lets a final line feed pass.
    public Regex Regex { get; } = new(pattern.Replace("$", @"\z", StringComparison.Ordinal), RegexOptions.CultureInvariant);
}

/// <summary>Length of a string in characters, both ends included.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LengthAttribute(int least, int most) : Attribute
{
    public int Least => least;

    public int Most => most;
}

/// <summary>A number, both ends included.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RangeAttribute(int least, int most) : Attribute
{
    public int Least => least;

    public int Most => most;
}

/// <summary>A duration, both ends included, in the notation of the files.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationRangeAttribute(string least, string most) : Attribute
{
    public TimeSpan Least { get; } = Duration.Parse(least) ?? throw new ArgumentException("Not a duration.", nameof(least));

    public TimeSpan Most { get; } = Duration.Parse(most) ?? throw new ArgumentException("Not a duration.", nameof(most));
}

/// <summary>A list of scope names that is written as one string. RFC 6749 §3.3.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SpaceDelimitedAttribute : Attribute;

/// <summary>The list has at least one item.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotEmptyAttribute : Attribute;

/// <summary>Keys that are known and must not be there.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class RefusedKeysAttribute(string reason, params string[] keys) : Attribute
{
    public string Reason => reason;

    public IReadOnlyList<string> Keys => keys;
}

/// <summary>The digest may be a SHA-512 too: it is compared with what is presented, not looked up by it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TakesSha512Attribute : Attribute;
