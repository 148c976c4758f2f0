using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Messaging.Templates;

namespace IdentityHub.Server.Admin.Templates;

/// <summary>
/// Shows what messages look like. A template is changed in the folder <c>templates</c> of the configuration only: what goes out to users
/// under the name of the installation is reviewed as its configuration is.
/// </summary>
internal sealed class TemplatePreviews(TemplateFolder folder, FindMailLook findLook)
{
    /// <summary>Every template in the order of its id.</summary>
    public IReadOnlyCollection<TemplateFile> All => folder.All;

    /// <summary>The template with this id.</summary>
    public Outcome<TemplateFile> Find(string id) => folder.Find(id) is { } found ? found : AdminProblems.NotFound();

    /// <summary>The message that a template makes of the sample values.</summary>
    public Outcome<MessageText> Preview(string id) =>
        folder.Find(id) is { } file ? Check(id, file.Text, file.Html) : AdminProblems.NotFound();

    /// <summary>The message that a proposed text would make of the sample values; or what is wrong with it.</summary>
    /// <param name="id">The template that it is for, which need not be there yet.</param>
    /// <param name="html">Null for none.</param>
    public Outcome<MessageText> Check(string id, string text, string? html)
    {
        var faults = new List<string>();
        if (TemplateFolder.TryRead(id, text, html, faults) is not { } template)
            return AdminProblems.NotFound();
        if (faults.Count > 0)
            return Refusal.InvalidFields([.. faults.Select(FaultOf)]);
        return template.Fill(findLook([id.Split('.')[^1]]).With(TemplateFile.Samples));
    }

    // "text:3: sentence."
    private static FieldFault FaultOf(string fault)
    {
        var parts = fault.Split(':', 3);
        var line = int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture);
        return new(false, $"{FieldCheck.Root}.{parts[0]}", parts[0], $"has a fault in line {line}: {parts[2].Trim()}");
    }
}
