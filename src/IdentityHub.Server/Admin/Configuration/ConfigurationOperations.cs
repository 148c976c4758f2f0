using System.Globalization;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Admin.Configuration;

/// <summary>Generations of the configuration, what is in force, and what the API made as a file.</summary>
internal sealed class ConfigurationOperations(
    GenerationReader generations, ConfigExporter exporter, ClientRegistry registry, MeasuredDrift drift)
{
    private const int MostDrifted = 500;

    private static readonly AdminArea s_area = new("config", "Administration: configuration");

    private static readonly Field[] s_generation =
    [
        new("number", FieldType.Number, "The latest has the highest.") { IsRequired = true },
        Field.Text("hash", "Of all objects, in hexadecimal.") with { IsRequired = true },
        Field.Text("applied_at", "When it was applied.") with { IsRequired = true, Format = "date-time" },
    ];

    private static readonly Field[] s_drifted =
    [
        Field.Text("action", "What applying the files would do: `create`, `change`, or `delete`, which never happens to users.") with
        {
            IsRequired = true,
        },
        Field.Text("kind", "The section of the files.") with { IsRequired = true },
        Field.Text("name", "The object.") with { IsRequired = true },
        Field.Text("file", "Where the files define it; of one to delete, where they did.") with { IsRequired = true, MayBeNull = true },
        new("line", FieldType.Number, "Of that file.") { IsRequired = true, MayBeNull = true },
        Field.Text("owner", "Who owns the stored object where that is another place: `api`, or a file with its line.") with
        {
            IsRequired = true, MayBeNull = true,
        },
        new("changes", FieldType.List, "What differs.")
        {
            IsRequired = true,
            Members =
            [
                Field.Text("key", "The way to the value, e.g. `refresh_token.grace`.") with { IsRequired = true },
                Field.Text("stored", "In the database; null for none.") with { IsRequired = true, MayBeNull = true },
                Field.Text("in_files", "In the files; null for none.") with { IsRequired = true, MayBeNull = true },
                Field.Text("note", "What differs where the values are secret or say too little.") with
                {
                    IsRequired = true, MayBeNull = true,
                },
            ],
        },
    ];

    /// <summary>All of them.</summary>
    public IEnumerable<AdminOperation> All =>
    [
        new("GET", "/config/generations", s_area, "adminListGenerations", "Lists generations of the configuration")
        {
            Text = "The latest first: each apply of files and each change by this API makes one.",
            Permission = null,
            IsPaged = true,
            Answer = s_generation,
            Handle = ListAsync,
        },
        new("GET", "/config/state", s_area, "adminGetConfigurationState", "Shows which configuration is in force")
        {
            Text =
                "`drift` counts the objects that differ from the configuration files of the node that answers, as `hub config diff` does. "
                    + "It is measured every five minutes, and null on a node without files.",
            Permission = null,
            Answer =
            [
                Field.Text("in_force", "The generation of the node that answers.") with { IsRequired = true },
                Field.Text("applied", "The latest generation; null before anything was applied.") with
                {
                    IsRequired = true, MayBeNull = true,
                },
                new("drift", FieldType.Number, "Objects that differ from the files.") { IsRequired = true, MayBeNull = true },
                new("objects", FieldType.List, "How many objects there are.")
                {
                    IsRequired = true,
                    Members =
                    [
                        Field.Text("kind", "The section of the files.") with { IsRequired = true },
                        new("of_files", FieldType.Number, "Owned by files.") { IsRequired = true },
                        new("of_api", FieldType.Number, "Made by this API.") { IsRequired = true },
                    ],
                },
            ],
            Handle = ShowAsync,
        },
        new("GET", "/config/drift", s_area, "adminGetConfigurationDrift", "Shows how the configuration differs from the files")
        {
            Text =
                "Each object that differs from the configuration files of the node that answers, with what applying them would do to it. "
                    + "Measured every five minutes and when the files are read; `measured_at` is null on a node without files. At most "
                    + $"{MostDrifted} objects are listed; `count` counts all. No secret and no value of a user is shown.",
            Permission = null,
            Query = [Field.Text("kind", "Only objects of this section of the files.")],
            Answer =
            [
                Field.Text("measured_at", "When.") with { IsRequired = true, MayBeNull = true, Format = "date-time" },
                new("count", FieldType.Number, "How many objects differ.") { IsRequired = true },
                new("items", FieldType.List, "The objects.") { IsRequired = true, Members = s_drifted },
            ],
            Handle = request => Task.FromResult<Outcome<AdminAnswer>>(DriftOf(request)),
        },
        new("GET", "/config/export", s_area, "adminExportConfiguration", "Shows what the API made as a configuration file")
        {
            Text =
                "A file that says the same: put into the configuration folder and applied, it owns the objects from then on. In place "
                    + "of each secret stands a variable. `hub config export` writes digests, and the objects of files as well.",
            Permission = null,
            Answer =
            [
                Field.Text("yaml", "The text of the file; empty where the API has made nothing.") with { IsRequired = true },
                new("variables", FieldType.List, "Environment variables that have to hold secrets.") { IsRequired = true },
            ],
            Handle = ExportAsync,
        },
    ];

    private async Task<Outcome<AdminAnswer>> ListAsync(AdminRequest request)
    {
        var page = request.Page;
        var before = page.After is { } after ? long.Parse(after, CultureInfo.InvariantCulture) : long.MaxValue;
        var found = await generations.ListAsync(before, page.Limit + 1, request.Call.Cancelled);
        return page.AnswerOf(found, static one => one.Number.ToString(CultureInfo.InvariantCulture), static one => one);
    }

    private async Task<Outcome<AdminAnswer>> ShowAsync(AdminRequest request) => AdminAnswer.Of(new
    {
        InForce = registry.Current.Generation,
        Applied = (await generations.ListAsync(long.MaxValue, 1, request.Call.Cancelled)) is [var latest] ? latest.Hash : null,
        Drift = drift.Last?.Objects.Count,
        Objects = await generations.CountAsync(request.Call.Cancelled),
    });

    private AdminAnswer DriftOf(AdminRequest request)
    {
        var measured = drift.Last;
        var kind = request.Query["kind"];
        var objects = (measured?.Objects ?? []).Where(one => kind is null || one.Change.Kind == kind).ToList();
        return AdminAnswer.Of(
            new { MeasuredAt = measured?.At, objects.Count, Items = objects.Take(MostDrifted).Select(DriftView.Of) });
    }

    private async Task<Outcome<AdminAnswer>> ExportAsync(AdminRequest request)
    {
        var (yaml, variables) = await exporter.ExportMadeAsync(request.Call.Cancelled);
        return AdminAnswer.Of(new { Yaml = yaml, Variables = variables });
    }
}
