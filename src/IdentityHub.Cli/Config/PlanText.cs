using IdentityHub.Cli.Output;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Config;

/// <summary>How plans and drift are shown: like a diff for people, as a document for programs.</summary>
internal static class PlanText
{
    private const int KeyIndent = 4;

    /// <summary>
    /// One object with its keys: <c>~ clients/web (clients.yaml:23)</c>, then a line for each key. What is longer than the terminal is
    /// wide goes on in further lines, whole.
    /// </summary>
    public static void Write(PlannedChange planned, CommandOutput output)
    {
        var before = planned.Was is { } was ? $", before at {ConfigChange.OwnerOf(was)}"
            : planned.IsTakenOver ? ", made by the administration API before" : "";
        output.WriteWrapped($"{planned.Change}{before}");
        foreach (var key in planned.Keys)
            output.WriteWrapped(key.ToString(), KeyIndent);
        if (planned is { Change.Action: ConfigAction.Change, Keys.Count: 0 })
            output.WriteWrapped("(says the same; this version stores it in another form)", KeyIndent);
    }

    /// <summary>An object that the files no longer have and that stays, and why it does.</summary>
    public static string OfKept(ConfigChange kept) =>
        $"= {kept.Kind}/{kept.Name} ({ConfigChange.OwnerOf(kept.Source)}) is no longer in the files; "
        + (kept.Kind == "users" ? "users are never deleted by files, 'enabled: false' refuses them" : "--prune deletes it");

    /// <summary>The changes as every JSON answer has them.</summary>
    public static object JsonOf(PlannedChange planned) => new
    {
        planned.Change.Action,
        planned.Change.Kind,
        planned.Change.Name,
        Source = ConfigChange.OwnerOf(planned.Change.Source),
        Was = planned.Was is not null || planned.IsTakenOver ? ConfigChange.OwnerOf(planned.Was) : null,
        planned.Keys,
    };

    /// <summary>The same for an object that stays.</summary>
    public static object JsonOf(ConfigChange kept) => new { kept.Kind, kept.Name, Source = ConfigChange.OwnerOf(kept.Source) };
}
