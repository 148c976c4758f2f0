using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.DialectUse;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Dialects;

/// <summary>An older API, who calls it, and whether it can be switched off.</summary>
/// <param name="Enabled">As the applied configuration has it.</param>
/// <param name="Ready">True where it is enabled, and no client has called it in the days that were asked about.</param>
internal sealed record DialectReport(string Dialect, bool Enabled, bool Ready, IReadOnlyList<DialectCaller> Clients);

/// <summary>A client of an older API.</summary>
/// <param name="Calls">In the days that were asked about.</param>
/// <param name="Since">The first day that is still remembered, midnight UTC.</param>
internal sealed record DialectCaller(string ClientId, long Calls, DateTimeOffset Since, DateTimeOffset LastSeenAt);

/// <summary><c>hub dialects</c>: who still calls which of the older APIs.</summary>
internal static class DialectsCommand
{
    private const string Description =
        """
        Shows who still calls which of the older APIs, since when, how often and when last, and which of them no client has called in the last
        days: those are ready to be switched off, with 'enabled: false' of the dialect in the configuration files.

        Calls are remembered for as long as the audit trail. A running server writes them every two seconds.

        Example:
          hub dialects --days 90
        """;

    private const int MostDays = 3650;
    private static readonly Option<int> Days = new("--days")
    {
        Description = "The last days that count, today included.",
        DefaultValueFactory = _ => 30,
        HelpName = "days",
    };

    public static Command Create()
    {
        var command = new Command("dialects", Description) { Days, OutputOptions.Json, SettingsOptions.ConnectionString };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var days = parsed.GetValue(Days);
        if (days is < 1 or > MostDays)
            throw new CommandException($"--days is {days}: it must be 1 to {MostDays}.");
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var today = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        var used = await new DialectUseStore(database).ListAsync(today.AddDays(1 - days), cancellationToken);
        var reports = ReportOf(used, await ReadEnabledAsync(database, cancellationToken));
        var output = new CommandOutput(parsed);
        if (output.IsJson)
            output.WriteJson(reports);
        else
            Write(output, reports, days);
        return ExitCode.Done;
    }

    private static async Task<HashSet<string>> ReadEnabledAsync(HubDatabase database, CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        var applied = await context.ConfigObjects.AsNoTracking()
            .Where(row => row.Kind == "dialects")
            .Select(row => new { row.Name, row.Document })
            .ToListAsync(cancellationToken);
        return [.. applied.Where(row => IsEnabled(row.Document)).Select(row => row.Name)];
    }

    private static bool IsEnabled(string document)
    {
        using var json = JsonDocument.Parse(document);
        return json.RootElement.TryGetProperty("enabled", out var enabled) && enabled.ValueKind == JsonValueKind.True;
    }

    private static IReadOnlyList<DialectReport> ReportOf(List<UsedDialect> used, HashSet<string> enabled)
    {
        var callers = used.ToLookup(
            each => each.Dialect, each => new DialectCaller(each.ClientId, each.Calls, each.FirstDay, each.LastSeenAt),
            StringComparer.Ordinal);
        return
        [
            .. from name in DialectNames.All
               let isEnabled = enabled.Contains(name)
               select new DialectReport(name, isEnabled, isEnabled && callers[name].All(caller => caller.Calls == 0), [.. callers[name]]),
        ];
    }

    private static void Write(CommandOutput output, IReadOnlyList<DialectReport> reports, int days)
    {
        if (reports.Any(report => report.Clients.Count > 0))
        {
            var table = new OutputTable("dialect", "client", "!calls", "!since", "!last call");
            foreach (var report in reports)
            {
                foreach (var caller in report.Clients)
                {
                    table.Add(
                        report.Dialect, caller.ClientId, caller.Calls.ToString(CultureInfo.InvariantCulture),
                        caller.Since.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                        CommandOutput.Time(caller.LastSeenAt));
                }
            }

            output.WriteTable(table);
            output.WriteLine("");
        }

        var span = days == 1 ? "today" : $"in the last {days} days";
        WriteNames(output, $"Called {span}:", reports.Where(report => report.Clients.Any(caller => caller.Calls > 0)));
        WriteNames(output, $"Ready to be switched off, not called {span}:", reports.Where(report => report.Ready));
        WriteNames(output, "Not enabled:", reports.Where(report => !report.Enabled));
    }

    private static void WriteNames(CommandOutput output, string begin, IEnumerable<DialectReport> reports)
    {
        var names = reports.Select(report => report.Dialect).ToList();
        var sentence = $"{begin} {(names.Count == 0 ? "none" : string.Join(", ", names))}.";
        foreach (var line in FlowText.OfSentence(sentence, CommandOutput.FindWidth(), "", "  "))
            output.WriteLine(line);
    }
}
