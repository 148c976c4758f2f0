using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IdentityHub.Protocol;
using IdentityHub.Server.Dialects.LoginSessions;
using IdentityHub.Server.Http;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Http;

/// <summary>Whatever reads bytes of a caller who is not known yet answers for every input, and reads back what was written.</summary>
[Spec("ASSURANCE", "I10")]
public class HostileBytesTests
{
    private static readonly Gen<string> Text = Gen.Elements(
            "a",
            "Z",
            "0",
            "9",
            " ",
            "+",
            "%",
            "%2",
            "%41",
            "%zz",
            "%00",
            "%ff",
            "%c3%a9",
            "%ed%a0%80",
            "&",
            "=",
            ";",
            ",",
            ":",
            "/",
            "\\",
            "\"",
            "'",
            "[",
            "]",
            "{",
            "}",
            "-",
            "_",
            ".",
            "@",
            "#",
            "?",
            "\0",
            "\t",
            "\r\n",
            "\u007f",
            "\u0085",
            "\u00e9",
            "\u202e",
            "\u2028",
            "\ufeff",
            "\uff21",
            "\ufdfa",
            "\ud83d\ude00",
            "\ud800",
            "\udc00",
            "e\u0301",
            "q=0.5",
            "null",
            "true",
            "1e999",
            "-0",
            "Basic ",
            "Bearer ",
            "YTpi",
            "Og==",
            "{\"a\":",
            "\\u0000",
            "\\ud800",
            "openid",
            "none",
            "client_id",
            "de-CH",
            "*",
            "+41",
            "00",
            "\u0661",
            "sha256:",
            "xn--")
        .ListOf()
        .Select(string.Concat);

    private static readonly Gen<byte[]> Bytes = Gen.OneOf(
        Text.Select(text => Encoding.UTF8.GetBytes(text)), ArbMap.Default.GeneratorFor<byte[]>());

    [Test]
    public void A_form_is_read_or_refused() => Holds(Bytes, bytes => IsAnswered(FormReader.Parse(new ReadOnlySequence<byte>(bytes))));

    [Test]
    public void A_form_in_pieces_is_read_as_one() => Holds(Bytes, bytes =>
        Shown(FormReader.Parse(InPieces(bytes))) == Shown(FormReader.Parse(new ReadOnlySequence<byte>(bytes))));

    [Test]
    public void A_form_is_read_as_it_was_written() => Holds(
        Gen.Zip(Text, Text).ListOf(),
        pairs =>
        {
            var written = new Parameters();
            foreach (var (name, value) in pairs.Where(pair => pair.Item1.Length > 0 && IsUnicode(pair.Item1) && IsUnicode(pair.Item2)))
                written.Add(name, value);
            return FormReader.Parse(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(written.ToForm())))
                    is { Succeeded: true, Value: var read }
                && read.Items.SequenceEqual(written.Items);
        });

    [Test]
    public void A_query_is_read_or_refused() => Holds(Text, text =>
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString("?" + text);
        return IsAnswered(QueryReader.Read(request));
    });

    [Test]
    public void A_JSON_body_is_read_or_refused() => Holds(
        Gen.Zip(
            Gen.OneOf(Bytes, Json()),
            Gen.Elements(null, "application/json", "application/x-www-form-urlencoded", "text/plain", "application/json;charset", ";")),
        body => IsAnswered(ReadNow(() => JsonBody.ReadAsync(With(body.Item1, body.Item2), isOptional: true, default)))
            && IsAnswered(ReadNow(() => SmallJson.ReadTextsAsync(With(body.Item1, body.Item2), default)))
            && IsAnswered(ReadNow(() => SmallJson.ReadTextAsync(With(body.Item1, body.Item2), "a", default)))
            && IsAnswered(ReadNow(() => SmallJson.ReadFlagAsync(With(body.Item1, body.Item2), default))));

    [Test]
    public void Credentials_are_found_or_refused() => Holds(Gen.Zip(Headers(), Text), given =>
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = given.Item1;
        var form = FormReader.Parse(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(given.Item2)))
            is { Succeeded: true, Value: var read }
            ? read
            : new Parameters();
        return (ClientReader.Read(request, form) is not { } client || IsAnswered(client))
            && (BearerReader.Read(request, form) is not { } token || IsAnswered(token));
    });

    [Test]
    public void Credentials_are_read_as_they_were_written() => Holds(Gen.Zip(Text, Text), given =>
    {
        var (id, secret) = given;
        if (id.Length == 0 || secret.Length == 0 || !IsUnicode(id) || !IsUnicode(secret) || id.Any(char.IsControl))
            return true;
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization =
            "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}"));
        return ClientReader.Read(request, new Parameters()) is { Succeeded: true, Value: var client }
            && (client.ClientId, client.Secret) == (id, secret);
    });

    [Test]
    public void Languages_are_few_and_short() => Holds(Text, text =>
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.AcceptLanguage = text;
        var languages = AcceptedLanguages.Of(request);
        return new[] { languages, LanguageTags.Split(text) }.All(tags =>
            tags.Count <= LanguageTags.Most && tags.All(tag => tag.Length <= LanguageTags.MaxLength && LanguageTags.RangesOf(tag).Any()));
    });

    [Test]
    public void Parameters_with_a_form_of_their_own_are_read_or_refused() =>
        Holds(Gen.OneOf(Text, Json().Select(Encoding.UTF8.GetString)), text =>
            IsAnswered(ClaimsRequest.Parse(text))
            && IsAnswered(PromptSet.Parse(text))
            && ScopeSet.Parse(text) is null or { Count: <= ScopeSet.MaxCount });

    [Test]
    public void An_address_matches_itself_only() =>
        Holds(Text, text =>
            RedirectUris.Matches(text, text)
            && RedirectUris.Matches("https://app.example.com/callback", "https://app.example.com" + text) == (text == "/callback")
        );

    [Test]
    public void What_a_user_types_has_one_form() =>
        Holds(Text, text =>
            IsSettled(text, NameNormalizer.Normalize)
            && IsSettled(text, PhoneNumber.Normalize)
            && IsSettled(text, UserCode.Normalize)
            && IsSettled(text, ReferralCode.Normalize));

    // What has been brought into its form once stays as it is.
    private static bool IsSettled(string text, Func<string, string?> normalize) =>
        normalize(text) is not { } once || normalize(once) == once;

    private static Gen<string[]> Headers() => Gen.OneOf(
        Text.Select(text => new[] { text }),
        Text.Select(text => new[] { "Basic " + text }),
        Text.Select(text => new[] { "basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) }),
        Text.Select(text => new[] { "Bearer " + text }),
        Text.ListOf().Select(texts => texts.ToArray()));

    private static Gen<byte[]> Json() => Gen.OneOf(
        Text.Select(text => $"{{\"a\":{text}}}"),
        Text.Select(text => $"{{\"a\":\"{text}\"}}"),
        Text.Select(text => $"{{\"{text}\":true,\"{text}\":null}}"),
        Gen.Choose(0, 100)
            .Select(depth => string.Concat(Enumerable.Repeat("{\"a\":[", depth)) + string.Concat(Enumerable.Repeat("]}", depth))),
        Text.Select(text => $"\"{text}\"")).Select(Encoding.UTF8.GetBytes);

    private static HttpRequest With(byte[] body, string? contentType)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = HttpMethods.Post;
        request.ContentType = contentType;
        request.ContentLength = body.Length;
        request.Body = new MemoryStream(body);
        return request;
    }

    private static T ReadNow<T>(Func<ValueTask<T>> read) => read().AsTask().GetAwaiter().GetResult();

    // A body as the network hands it over: in segments of one byte, two, three and so on.
    private static ReadOnlySequence<byte> InPieces(byte[] bytes)
    {
        var first = new Segment(bytes.AsMemory(0, Math.Min(1, bytes.Length)));
        var last = first;
        for (int at = first.Memory.Length, length = 2; at < bytes.Length; at += last.Memory.Length, length++)
            last = last.Append(bytes.AsMemory(at, Math.Min(length, bytes.Length - at)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static bool IsAnswered<T>(Outcome<T> outcome)
        where T : class => outcome.Succeeded ? outcome.Value is not null : outcome.Error is { Description.Length: > 0, Reason.Length: > 0 };

    private static string Shown(Outcome<Parameters> outcome) => outcome.Succeeded ? outcome.Value.ToForm() : outcome.Error.Reason;

    private static bool IsUnicode(string text)
    {
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
                return false;
            rest = rest[length..];
        }

        return true;
    }

    private static void Holds<T>(Gen<T> values, Func<T, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(values.ToArbitrary(), property));

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
