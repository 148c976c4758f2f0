namespace IdentityHub.Server.Messaging.Templates;

/// <summary>Makes templates of the texts of their files, and says what is wrong with them by file and line.</summary>
/// <param name="faults">Each fault as <c>FILE:LINE: sentence</c>.</param>
internal sealed class TemplateReader(List<string> faults)
{
    private const string SubjectMark = "Subject:";

    /// <summary>Reads one template.</summary>
    /// <param name="textName">Name of the file, for what is said of it.</param>
    /// <param name="html">Null for none.</param>
    public MessageTemplate Read(TemplateKind kind, string textName, string text, string htmlName, string? html)
    {
        text = text.ReplaceLineEndings("\n");
        var (subject, body, bodyLine) = ((TemplateText?)null, text, 1);
        if (kind.IsMail)
        {
            var lineEnd = text.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0 ? end : text.Length;
            var first = text[..lineEnd];
            if (!first.StartsWith(SubjectMark, StringComparison.OrdinalIgnoreCase) || first[SubjectMark.Length..].Trim().Length == 0)
                faults.Add($"{textName}:1: The first line of a mail is its subject: 'Subject: …'.");
            else
                subject = Read(kind, textName, first[SubjectMark.Length..].Trim(), 1);
            var rest = text[lineEnd..];
            body = rest.TrimStart('\n');
            bodyLine = 1 + (rest.Length - body.Length);
        }

        body = body.TrimEnd('\n');

        var template = new MessageTemplate(
            subject, Read(kind, textName, body, bodyLine), html is null ? null : Read(kind, htmlName, html.ReplaceLineEndings("\n"), 1));
        RequireValue(kind, textName, template.Text);
        if (template.Html is not null)
            RequireValue(kind, htmlName, template.Html);
        return template;
    }

    private TemplateText Read(TemplateKind kind, string name, string text, int firstLine) =>
        TemplateText.Read(text, firstLine, kind.Values, (line, fault) => faults.Add($"{name}:{line}: {fault}"));

    private void RequireValue(TemplateKind kind, string name, TemplateText text)
    {
        if (!text.Names.Contains(kind.Needed, StringComparer.Ordinal))
            faults.Add($"{name}:1: '{{{{{kind.Needed}}}}}' is missing from it.");
    }
}
