using System.Globalization;
using System.Reflection;
using IdentityHub.Server.Settings;
using IdentityHub.Testing;
using NUnit.Framework;
using DescriptionAttribute = System.ComponentModel.DescriptionAttribute;

namespace IdentityHub.Server.Tests.Settings;

/// <summary>The table of settings in <c>docs/settings.md</c> is what the code says.</summary>
public class SettingsTableTests
{
    private const string UpdateVariable = "IDENTITYHUB_UPDATE_SNAPSHOTS";
    private const string Begin = "<!-- settings:";
    private const string End = "<!-- end of settings -->";

    [Test]
    public void The_table_is_the_one_that_the_settings_make()
    {
        var path = SourceTree.PathOf("docs/settings.md");
        var text = File.ReadAllText(path);
        var begin = text.IndexOf('\n', text.IndexOf(Begin, StringComparison.Ordinal)) + 1;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        var made = Table();

        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            File.WriteAllText(path, text[..begin] + made + text[end..]);
        else
            Assert.That(text[begin..end], Is.EqualTo(made), $"Look at the difference, then run this test once with {UpdateVariable}=1.");
    }

    [Test]
    public void Every_setting_has_a_description() =>
        Assert.That(Rows(new HubSettings(), HubSettings.Section).Where(row => row.Meaning.Length == 0), Is.Empty);

    private static string Table()
    {
        IEnumerable<(string Key, string Meaning, string Default)> rows =
        [
            ("ConnectionStrings:IdentityHub", "The database: `Host=…` is PostgreSQL, `Data Source=…` is SQLite.",
                "`Data Source=data/identityhub.db`"),
            .. Rows(new HubSettings(), HubSettings.Section),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "Where metrics and traces are sent by OTLP; nothing is sent while it is not set.", ""),
        ];
        return "| key | meaning | default |\n|---|---|---|\n"
            + string.Concat(rows.Select(row => $"| `{row.Key}` | {row.Meaning} | {row.Default} |\n"));
    }

    private static IEnumerable<(string Key, string Meaning, string Default)> Rows(object settings, string prefix)
    {
        foreach (var property in settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var key = $"{prefix}:{property.Name}";
            var value = property.GetValue(settings);
            if (value is null or string or int or bool or TimeSpan)
            {
                var text = value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture)!;
                yield return (
                    key, property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "", text.Length == 0 ? "" : $"`{text}`");
                continue;
            }

            foreach (var row in Rows(value, key))
                yield return row;
        }
    }
}
