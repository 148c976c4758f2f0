using System.Text.Json;
using System.Text.RegularExpressions;
using IdentityHub.Storage.DialectUse;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Dialects;

/// <summary><c>hub dialects</c> on an applied configuration and calls of several days.</summary>
public class DialectTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    private const string Config =
        """
        dialects:
          otp: { enabled: true }
          lsid: { enabled: true }
          oauth-v2: { enabled: true }
          hash-secret: { enabled: false }
        """;

    private static readonly DateTimeOffset Today = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    [SetUp]
    public async Task CallAsync()
    {
        Shell.WithFile("data/hub.key", Convert.ToBase64String(new byte[32])).WithFile("config/hub.yaml", Config);
        var applied = await Shell.RunAsync("config", "apply");
        Assert.That((applied.ExitCode, applied.Error), Is.EqualTo((0, "")));
        await new DialectUseStore(Database.Open()).AddAsync(
            [
                Day("otp", "dialer", -3, 5), Day("otp", "dialer", 0, 7), Day("lsid", "crm", -60, 9), Day("hash-secret", "partner-7", -1, 2),
            ],
            CancellationToken.None);
    }

    [TestCase(80)]
    [TestCase(200)]
    public async Task The_use_of_older_APIs_says_which_are_ready_to_be_switched_off(int width)
    {
        var shown = await Shell.With("COLUMNS", $"{width}").RunAsync("dialects");

        Assert.That((shown.ExitCode, shown.Error), Is.EqualTo((0, "")));
        Assert.That(shown.Output.Split('\n'), Has.All.Length.AtMost(width));
        Assert.That(shown.Output, Does.Match($"(?m)^ +otp +dialer +12 +{Today.AddDays(-3):yyyy-MM-dd} "));
        Golden.Verify($"dialects-{width}", Regex.Replace(shown.Output, @"\d{4}-\d\d-\d\d", "YYYY-MM-DD"));
    }

    [Test]
    public async Task Only_the_days_that_are_asked_about_count()
    {
        var shown = await Shell.RunAsync("dialects", "--days", "2", "--json");
        var wrong = await Shell.RunAsync("dialects", "--days", "0");

        using var json = JsonDocument.Parse(shown.Output);
        var reports = json.RootElement.EnumerateArray().ToDictionary(report => report.GetProperty("dialect").GetString()!);
        Assert.That((IsReady(reports["otp"]), Calls(reports["otp"])), Is.EqualTo((false, 7L)));
        Assert.That((IsReady(reports["lsid"]), Calls(reports["lsid"])), Is.EqualTo((true, 0L)));
        Assert.That((IsReady(reports["oauth-v2"]), reports["oauth-v2"].GetProperty("clients").GetArrayLength()), Is.EqualTo((true, 0)));
        Assert.That((IsReady(reports["hash-secret"]), Calls(reports["hash-secret"])), Is.EqualTo((false, 2L)), "it is not enabled");
        Assert.That(IsReady(reports["open-endpoints"]), Is.False, "it is not enabled");
        Assert.That((wrong.ExitCode, wrong.Error), Is.EqualTo((1, "--days is 0: it must be 1 to 3650.")));
    }

    private static bool IsReady(JsonElement report) => report.GetProperty("ready").GetBoolean();

    private static long Calls(JsonElement report) => report.GetProperty("clients")[0].GetProperty("calls").GetInt64();

    private static DialectDay Day(string dialect, string client, int daysFromNow, long calls) => new()
    {
        Dialect = dialect,
        ClientId = client,
        Day = Today.AddDays(daysFromNow),
        Calls = calls,
        LastSeenAt = Today.AddDays(daysFromNow),
    };
}
