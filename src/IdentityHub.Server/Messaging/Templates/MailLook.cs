namespace IdentityHub.Server.Messaging.Templates;

/// <summary>What mails have of the look of the pages, as values of their templates: no style sheet reaches a mail.</summary>
/// <param name="Product">Name of the installation, in the recipient's language: <c>{{product}}</c>.</param>
/// <param name="Accent">CSS colour of what stands out: <c>{{accent}}</c>.</param>
/// <param name="AccentText">CSS colour of the text on it: <c>{{accent_text}}</c>.</param>
internal sealed record MailLook(string Product, string Accent, string AccentText)
{
    /// <summary>Names of the values.</summary>
    public static IReadOnlyList<string> Names { get; } = ["product", "accent", "accent_text"];

    /// <summary>The values of a message together with these. A value of the message wins.</summary>
    public IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> values)
    {
        var all = new Dictionary<string, string>(values, StringComparer.Ordinal);
        all.TryAdd("product", Product);
        all.TryAdd("accent", Accent);
        all.TryAdd("accent_text", AccentText);
        return all;
    }
}

/// <summary>Says how mails look now, in the first of these languages that there are texts in.</summary>
/// <param name="languages">BCP 47 tags in the order of preference; null counts as none.</param>
internal delegate MailLook FindMailLook(IReadOnlyList<string?> languages);
