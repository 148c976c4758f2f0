using IdentityHub.Protocol;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Messaging.Templates;

namespace IdentityHub.Server.Admin.Templates;

/// <summary>Reads templates of messages, and tries proposed ones. Files are their master.</summary>
internal sealed class TemplateOperations(TemplatePreviews templates)
{
    private static readonly AdminArea s_area = new("templates", "Administration: templates");

    private static readonly Field[] s_listed =
    [
        Field.Text("id", "Name of its files without their extension, e.g. `otp-email.de`.") with { IsRequired = true },
        Field.Text("kind", "What the message is for, e.g. `otp-email`.") with { IsRequired = true },
        Field.Text("variant", "Its name, where the kind has several.") with { IsRequired = true, MayBeNull = true },
        Field.Text("language", "BCP 47.") with { IsRequired = true },
        Field.Text("channel", "`email` or `sms`.") with { IsRequired = true },
        Field.Text("source", "`built_in`, or `file` where the configuration has one.") with { IsRequired = true },
        Field.Text("file", "Below the configuration folder.") with { IsRequired = true, MayBeNull = true },
        new("values", FieldType.List, "What may stand in it, as `{{name}}`.") { IsRequired = true },
        Field.Text("needed", "The value that must stand in it.") with { IsRequired = true },
    ];

    private static readonly Field[] s_message =
    [
        Field.Text("subject", "Of a mail.") with { IsRequired = true, MayBeNull = true },
        Field.Text("text", "The message.") with { IsRequired = true },
        Field.Text("html", "The same as HTML. Show it in a frame without scripts.") with { IsRequired = true, MayBeNull = true },
    ];

    /// <summary>All of them.</summary>
    public IEnumerable<AdminOperation> All =>
    [
        new("GET", "/templates", s_area, "adminListTemplates", "Lists templates of messages")
        {
            Text =
                "Those that are used: a file of the configuration folder stands for the built-in one. They are changed there and read when "
                    + "the server starts; `/check` tries a text before.",
            Permission = null,
            Query =
            [
                Field.Text("kind", "Only of this kind."),
                Field.Text("language", "Only in this language."),
                Field.Text("channel", "`email` or `sms`.") with { TextFault = text => text is "email" or "sms" ? null : "is email or sms" },
                Field.Text("source", "`built_in` or `file`.") with
                {
                    TextFault = text => text is "built_in" or "file" ? null : "is built_in or file",
                },
            ],
            IsPaged = true,
            Answer = s_listed,
            Handle = request => Task.FromResult<Outcome<AdminAnswer>>(List(request)),
        },
        new("GET", "/templates/{template}", s_area, "adminGetTemplate", "Shows a template")
        {
            Text = "As it is written. The text of a mail begins with its subject.",
            Permission = null,
            Answer = [.. s_listed, s_message[1], s_message[2]],
            Handle = request => Task.FromResult(Find(request)),
        },
        new("GET", "/templates/{template}/preview", s_area, "adminPreviewTemplate", "Shows what a message looks like")
        {
            Text = "With sample values, in the look of the installation.",
            Permission = null,
            Answer = s_message,
            Handle = request => Task.FromResult(AnswerOf(templates.Preview(request.Text("template")))),
        },
        new("POST", "/templates/{template}/check", s_area, "adminCheckTemplate", "Tries a proposed template")
        {
            Text =
                "Answers with the message that it would make of sample values, or with each fault and its line. Nothing is stored: put the "
                    + "text into the folder `templates` of the configuration. The template need not be there yet.",
            Permission = null,
            Body =
            [
                Field.Text("text", "Of a mail, with the line `Subject: …` first.") with
                {
                    IsRequired = true, IsProse = true, MaxLength = 32_000,
                },
                Field.Text("html", "The HTML form of a mail.") with { IsProse = true, MaxLength = 60_000 },
            ],
            Answer = s_message,
            Handle = request => Task.FromResult(
                AnswerOf(templates.Check(request.Text("template"), request.BodyText("text")!, request.BodyText("html")))),
        },
    ];

    private AdminAnswer List(AdminRequest request)
    {
        var (query, page) = (request.Query, request.Page);
        var found = templates.All
            .Where(file => query["kind"] is not { } kind || file.Kind.Name == kind)
            .Where(file => query["language"] is not { } language || file.Language.Equals(language, StringComparison.OrdinalIgnoreCase))
            .Where(file => query["channel"] is not { } channel || ChannelOf(file) == channel)
            .Where(file => query["source"] is not { } source || SourceOf(file) == source)
            .Where(file => string.CompareOrdinal(file.Id, page.After ?? "") > 0)
            .Take(page.Limit + 1)
            .ToList();
        return page.AnswerOf(found, static file => file.Id, static file => new
        {
            file.Id,
            Kind = file.Kind.Name,
            file.Variant,
            file.Language,
            Channel = ChannelOf(file),
            Source = SourceOf(file),
            file.File,
            file.Kind.Values,
            file.Kind.Needed,
        });
    }

    private Outcome<AdminAnswer> Find(AdminRequest request)
    {
        var found = templates.Find(request.Text("template"));
        if (!found.Succeeded)
            return found.Error;
        var file = found.Value;
        return AdminAnswer.Of(new
        {
            file.Id,
            Kind = file.Kind.Name,
            file.Variant,
            file.Language,
            Channel = ChannelOf(file),
            Source = SourceOf(file),
            file.File,
            file.Kind.Values,
            file.Kind.Needed,
            file.Text,
            file.Html,
        });
    }

    private static Outcome<AdminAnswer> AnswerOf(Outcome<MessageText> made) => made.Succeeded
        ? AdminAnswer.Of(new { made.Value.Subject, made.Value.Text, made.Value.Html })
        : made.Error;

    /// <summary><c>email</c> or <c>sms</c>.</summary>
    public static string ChannelOf(TemplateFile file) => file.Kind.IsMail ? "email" : "sms";

    /// <summary><c>built_in</c> or <c>file</c>.</summary>
    public static string SourceOf(TemplateFile file) => file.File is null ? "built_in" : "file";
}
