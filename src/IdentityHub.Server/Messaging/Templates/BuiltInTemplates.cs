using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace IdentityHub.Server.Messaging.Templates;

/// <summary>
/// The templates that come with the server, as if each were a file of the folder <c>templates</c>. What repeats is written once: mails
/// share the frame <c>frame.html</c>, and the security notices of a language are one file, <c>notices.de.json</c>, of a subject and a
/// sentence each.
/// </summary>
internal static class BuiltInTemplates
{
    private const string Prefix = "templates/", Text = ".txt", Html = ".html", Json = ".json", SubjectMark = "Subject: ";

    // The look of the button of the mail password-reset.
    private const string Button =
        "display: inline-block; padding: 0.6rem 1.2rem; border-radius: 0.375rem; background: {{accent}}; color: {{accent_text}}; "
            + "font-weight: 600; text-decoration: none";

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private static readonly string Frame = Read(Prefix + "frame.html");

    /// <summary>The texts of the files by their names, e.g. <c>templates/otp-email.de.txt</c>.</summary>
    public static IReadOnlyDictionary<string, string> Files { get; } = Make();

    private static Dictionary<string, string> Make()
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var bodies = new List<string>();
        foreach (var name in Assembly.GetExecutingAssembly().GetManifestResourceNames())
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || name[Prefix.Length..].Split('.') is not [_, var language, _])
                continue;
            if (name.EndsWith(Json, StringComparison.Ordinal))
                AddNotices(files, language, Read(name));
            else if (name.EndsWith(Html, StringComparison.Ordinal))
                bodies.Add(name);
            else
                files[name] = Read(name);
        }

        foreach (var name in bodies)
        {
            var subject = files[name[..^Html.Length] + Text].Split('\n')[0][SubjectMark.Length..];
            files[name] = Framed(name.Split('.')[1], subject, Read(name));
        }

        return files;
    }

    private static void AddNotices(Dictionary<string, string> files, string language, string json)
    {
        var texts = JsonSerializer.Deserialize<NoticeTexts>(json, JsonSerializerOptions.Web)!;
        foreach (var (name, notice) in texts.Notices)
        {
            string[] paragraphs = [notice.Text, texts.When, notice.Advice ?? texts.Advice];
            var action = Encoder.Encode(notice.Action ?? texts.Action);
            files[$"{Prefix}{name}.{language}{Text}"] =
                $"{SubjectMark}{notice.Subject}\n\n{string.Join("\n\n", paragraphs)}\n\n{{{{link}}}}\n";
            files[$"{Prefix}{name}.{language}{Html}"] = Framed(
                language, notice.Subject,
                string.Concat(paragraphs.Select(text => $"<p>{Encoder.Encode(text)}</p>\n"))
                    + $"<p><a href=\"{{{{link}}}}\" style=\"{Button}\">{action}</a></p>\n");
        }
    }

    // The subject is a title and a heading of HTML.
    private static string Framed(string language, string subject, string body) =>
        Frame
            .Replace("{{lang}}", language, StringComparison.Ordinal)
            .Replace("{{subject}}", Encoder.Encode(subject), StringComparison.Ordinal)
            .Replace("{{body}}", body, StringComparison.Ordinal);

    private static string Read(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <param name="When">The paragraph about time and IP address.</param>
    /// <param name="Advice">What to do, where a notice has no advice of its own.</param>
    /// <param name="Action">The words of the link, where a notice has none of its own.</param>
    /// <param name="Notices">By the first part of the names of their files, e.g. <c>security-notice-passkey-added</c>.</param>
    private sealed record NoticeTexts(string When, string Advice, string Action, Dictionary<string, NoticeText> Notices);

    private sealed record NoticeText(string Subject, string Text, string? Advice = null, string? Action = null);
}
