using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>Refusals of the administration API in the language of a page.</summary>
internal static class RefusalTexts
{
    private const int MostFields = 20;

    /// <summary>What is wrong: of a refusal about fields a sentence for each of them.</summary>
    public static IReadOnlyList<Failure> Of(Refusal error, Texts texts)
    {
        if (error.Place is { } place)
            return
            [
                new Failure(texts.With(
                    "cr.failure.file_owned", ("file", place.File), ("line", place.Line.ToString(CultureInfo.InvariantCulture)))),
            ];
        return error.Fields.Count > 0
            ? [.. error.Fields.Take(MostFields).Select(fault => Of(fault, texts))]
            : [new Failure(SentenceOf(error, texts))];
    }

    private static string SentenceOf(Refusal error, Texts texts) =>
        texts.Find($"cr.failure.{error.PublicReason}") ?? texts.Find($"failure.{error.PublicReason}") ?? error.Description;

    private static Failure Of(FieldFault fault, Texts texts)
    {
        var name = fault.Pointer is { } pointer ? pointer.Trim('/') : fault.Path[(fault.Path.IndexOf('.', StringComparison.Ordinal) + 1)..];
        var key = "cr.fault." + string.Concat(fault.Reason.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        var sentence = texts.With(
            "cr.failure.field", ("field", ActionForms.LabelOf(name, texts)), ("fault", texts.Find(key) ?? fault.Reason));
        return new Failure(sentence, name.Split('.', '/')[0]);
    }
}
