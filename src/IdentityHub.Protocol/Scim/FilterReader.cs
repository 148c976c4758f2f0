using System.Globalization;
using System.Text.Json;
using IdentityHub.Protocol.Jose;

namespace IdentityHub.Protocol.Scim;

/// <summary>Reads filters: RFC 7644 §3.4.2.2, figure 1. Length, depth and the number of comparisons are bounded.</summary>
public sealed class FilterReader
{
    /// <summary>Longest filter in characters.</summary>
    public const int MaxLength = 4096;

    /// <summary>Levels of parentheses and brackets.</summary>
    public const int MaxDepth = 16;

    /// <summary>Comparisons in one filter.</summary>
    public const int MaxComparisons = 50;

    private static readonly Dictionary<string, FilterOperator> Operators = new(StringComparer.OrdinalIgnoreCase)
    {
        ["eq"] = FilterOperator.Equal,
        ["ne"] = FilterOperator.NotEqual,
        ["co"] = FilterOperator.Contains,
        ["sw"] = FilterOperator.StartsWith,
        ["ew"] = FilterOperator.EndsWith,
        ["gt"] = FilterOperator.Greater,
        ["ge"] = FilterOperator.GreaterOrEqual,
        ["lt"] = FilterOperator.Less,
        ["le"] = FilterOperator.LessOrEqual,
    };

    private readonly string _text;
    private int _at;
    private int _comparisons;
    private string? _fault;

    private FilterReader(string text, int at) => (_text, _at) = (text, at);

    /// <summary>Reads a whole filter; the refusal says where it cannot be read.</summary>
    public static Outcome<FilterTree> Read(string text)
    {
        if (text.Length > MaxLength)
            return ScimRefusals.Filter($"The filter is longer than {MaxLength} characters.");
        var reader = new FilterReader(text, 0);
        var filter = reader.ReadOr(0);
        reader.SkipBlanks();
        if (filter is not null && reader._at < text.Length)
            filter = reader.Fail("the end");
        return filter is null ? ScimRefusals.Filter(reader._fault!) : filter;
    }

    /// <summary>Reads what is between the brackets of a path, from the character after <c>[</c>.</summary>
    /// <returns>The filter, and the place after <c>]</c>.</returns>
    internal static Outcome<(FilterTree Filter, int End)> ReadBracketed(string text, int start)
    {
        var reader = new FilterReader(text, start);
        var filter = reader.ReadOr(1);
        reader.SkipBlanks();
        if (filter is not null && !reader.Take(']'))
            filter = reader.Fail("']'");
        return filter is null ? ScimRefusals.Path(reader._fault!) : (filter, reader._at);
    }

    // RFC 7644 §3.4.2.2: "and" binds closer than "or".
    private FilterTree? ReadOr(int depth)
    {
        var left = ReadAnd(depth);
        while (left is not null && TakeWord("or"))
            left = ReadAnd(depth) is { } right ? new FilterTree.Either(left, right) : null;
        return left;
    }

    private FilterTree? ReadAnd(int depth)
    {
        var left = ReadOne(depth);
        while (left is not null && TakeWord("and"))
            left = ReadOne(depth) is { } right ? new FilterTree.Both(left, right) : null;
        return left;
    }

    private FilterTree? ReadOne(int depth)
    {
        if (depth > MaxDepth)
            return Fail($"at most {MaxDepth} levels");
        SkipBlanks();
        if (Take('('))
            return ReadGroup(depth);
        var before = _at;
        if (TakeWord("not"))
        {
            SkipBlanks();
            if (Take('('))
                return ReadGroup(depth) is { } inner ? new FilterTree.Not(inner) : null;
            _at = before;
        }

        return ReadComparison(depth);
    }

    private FilterTree? ReadGroup(int depth)
    {
        var inner = ReadOr(depth + 1);
        if (inner is null)
            return null;
        SkipBlanks();
        return Take(')') ? inner : Fail("')'");
    }

    private FilterTree? ReadComparison(int depth)
    {
        if (++_comparisons > MaxComparisons)
            return Fail($"at most {MaxComparisons} comparisons");
        var start = _at;
        while (_at < _text.Length && IsPathCharacter(_text[_at]))
            _at++;
        if (AttributePath.Parse(_text.AsSpan(start, _at - start)) is not { } path)
            return Fail("the name of an attribute", start);
        if (Take('['))
            return ReadWithin(path, depth);
        if (TakeWord("pr"))
            return new FilterTree.Present(path);
        return ReadOperation(path);
    }

    private FilterTree? ReadWithin(AttributePath path, int depth)
    {
        var inner = ReadOr(depth + 1);
        if (inner is null)
            return null;
        SkipBlanks();
        if (!Take(']'))
            return Fail("']'");

        // Microsoft Entra ID asks so: emails[type eq "work"].value eq "a@example.com".
        if (!Take('.'))
            return new FilterTree.Within(path, inner);
        var start = _at;
        while (_at < _text.Length && IsPathCharacter(_text[_at]))
            _at++;
        if (AttributePath.Parse(_text.AsSpan(start, _at - start)) is not { Sub: null, Schema: null } sub)
            return Fail("the name of a sub-attribute", start);
        var last = TakeWord("pr") ? new FilterTree.Present(sub) : ReadOperation(sub);
        return last is null ? null : new FilterTree.Within(path, new FilterTree.Both(inner, last));
    }

    private FilterTree? ReadOperation(AttributePath path)
    {
        SkipBlanks();
        var start = _at;
        while (_at < _text.Length && char.IsAsciiLetter(_text[_at]))
            _at++;
        if (!Operators.TryGetValue(_text[start.._at], out var comparison))
            return Fail("an operator such as eq", start);
        SkipBlanks();
        return TryReadValue(out var value) ? new FilterTree.Comparison(path, comparison, value) : Fail("a value as JSON");
    }

    private bool TryReadValue(out object? value)
    {
        value = null;
        var start = _at;
        if (start >= _text.Length)
            return false;
        if (_text[start] == '"')
            return TryReadString(out value);
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '-' or '+' or '.'))
            _at++;
        var word = _text.AsSpan(start, _at - start);

        // Microsoft Entra ID writes True and False.
        if (word.Equals("null", StringComparison.OrdinalIgnoreCase))
            return true;
        if (bool.TryParse(word, out var truth))
        {
            value = truth;
            return true;
        }

        if (!decimal.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return false;
        value = number;
        return true;
    }

    private bool TryReadString(out object? value)
    {
        value = null;
        var start = _at++;
        while (_at < _text.Length && _text[_at] != '"')
            _at += _text[_at] == '\\' ? 2 : 1;
        if (_at >= _text.Length)
            return false;
        _at++;
        var wrapped = System.Text.Encoding.UTF8.GetBytes($"{{\"v\":{_text[start.._at]}}}");
        if (!StrictJson.TryReadObject(wrapped, 2, out var json) || json.GetProperty("v") is not { ValueKind: JsonValueKind.String } text)
            return false;
        value = text.GetString();
        return true;
    }

    private bool TakeWord(string word)
    {
        var before = _at;
        SkipBlanks();
        var end = _at + word.Length;
        if (end <= _text.Length
            && string.Compare(_text, _at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0
            && (end == _text.Length || !IsPathCharacter(_text[end])))
        {
            _at = end;
            return true;
        }

        _at = before;
        return false;
    }

    private bool Take(char c)
    {
        if (_at >= _text.Length || _text[_at] != c)
            return false;
        _at++;
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] == ' ')
            _at++;
    }

    private FilterTree? Fail(string expected, int? at = null)
    {
        _fault ??= $"The filter cannot be read at character {(at ?? _at) + 1}: {expected} is expected.";
        return null;
    }

    private static bool IsPathCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '$';
}
