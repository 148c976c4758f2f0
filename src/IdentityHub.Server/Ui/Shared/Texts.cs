using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using IdentityHub.Protocol;
using IdentityHub.Server.Http;
using Microsoft.AspNetCore.Html;

namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// What pages say, in one language: the built-in texts, with those of the theme in their place. <c>{name}</c> in a text stands for a value.
/// A key that is not there is a bug.
/// </summary>
/// <param name="language">BCP 47, e.g. <c>de</c>.</param>
internal sealed class Texts(string language, FrozenDictionary<string, string> texts)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All);
    private readonly CultureInfo _culture = CultureInfo.GetCultureInfo(language);

    /// <summary>For the attribute <c>lang</c>.</summary>
    public string Language => language;

    /// <summary>Every key of the language.</summary>
    public IEnumerable<string> Keys => texts.Keys;

    public string this[string key] => texts[key];

    /// <summary>The text; null when there is none.</summary>
    public string? Find(string key) => texts.GetValueOrDefault(key);

    /// <summary>The same texts with more of them.</summary>
    public Texts With(IReadOnlyDictionary<string, string> more) =>
        new(language, texts.Concat(more).ToFrozenDictionary(StringComparer.Ordinal));

    /// <summary>The text with values in it, as text: who writes it into a page encodes it.</summary>
    public string With(string key, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var made = new StringBuilder();
        Fill(texts[key], values, text => made.Append(text), value => made.Append(value));
        return made.ToString();
    }

    /// <summary>
    /// The text with values in it, as HTML: encoded, and each value isolated, so that a name cannot turn the sentence around it.
    /// </summary>
    public IHtmlContent Html(string key, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var made = new StringBuilder();
        Fill(
            texts[key], values, text => made.Append(Encoder.Encode(text)),
            value => made.Append("<bdi>").Append(Encoder.Encode(value)).Append("</bdi>"));
        return new HtmlString(made.ToString());
    }

    /// <summary>
    /// The public sentence of a refusal: in this language where there is one for its public reason or code, else as it came.
    /// </summary>
    public string Of(Refusal error) =>
        Find($"failure.{error.PublicReason}") ?? Find($"failure.{OAuthErrors.CodeOf(error.Kind)}") ?? error.Description;

    /// <summary>
    /// A moment in UTC, which the server has to write, as it does not know the user's clock. <see cref="ILocalTimes"/> says who changes it.
    /// </summary>
    public IHtmlContent Moment(DateTimeOffset time) => new HtmlString(TimeElement(time));

    /// <summary>The text with moments in it, as HTML.</summary>
    public IHtmlContent WithMoments(string key, params ReadOnlySpan<(string Name, DateTimeOffset Time)> moments)
    {
        var values = new (string, string)[moments.Length];
        for (var i = 0; i < moments.Length; i++)
            values[i] = (moments[i].Name, TimeElement(moments[i].Time));
        var made = new StringBuilder();
        Fill(texts[key], values, text => made.Append(Encoder.Encode(text)), element => made.Append(element));
        return new HtmlString(made.ToString());
    }

    private string TimeElement(DateTimeOffset time) =>
        $"<time datetime=\"{time.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\">"
            + $"{Encoder.Encode(time.UtcDateTime.ToString(texts["format.moment"], _culture))}</time>";

    private static void Fill(string text, ReadOnlySpan<(string Name, string Value)> values, Action<string> write, Action<string> writeValue)
    {
        var rest = text.AsSpan();
        while (rest.IndexOf('{') is var open and >= 0 && rest[open..].IndexOf('}') is var length and >= 0)
        {
            write(rest[..open].ToString());
            if (Find(values, rest.Slice(open + 1, length - 1)) is { } value)
                writeValue(value);
            else
                write(rest.Slice(open, length + 1).ToString());
            rest = rest[(open + length + 1)..];
        }

        write(rest.ToString());
    }

    private static string? Find(ReadOnlySpan<(string Name, string Value)> values, ReadOnlySpan<char> name)
    {
        foreach (var (known, value) in values)
        {
            if (name.SequenceEqual(known))
                return value;
        }

        return null;
    }
}
