namespace IdentityHub.Server.Messaging.Templates;

/// <summary>Puts a message into words, in the look of the pages.</summary>
internal sealed class MessageWords(TemplateFolder templates, FindMailLook findLook)
{
    /// <summary>The message in the nearest language that there is a template in.</summary>
    /// <param name="variant">Name of one of several templates; null for the kind's own.</param>
    /// <param name="languages">BCP 47 tags in the order of preference; null counts as none.</param>
    public MessageText Write(
        TemplateKind kind, string? variant, IReadOnlyList<string?> languages, IReadOnlyDictionary<string, string> values) =>
        templates.Find(kind, variant, languages).Fill(kind.IsMail ? findLook(languages).With(values) : values);
}
