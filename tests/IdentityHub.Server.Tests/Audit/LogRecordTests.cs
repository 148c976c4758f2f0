using System.Text.Json;
using IdentityHub.Storage.Audit;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Audit;

/// <summary>What a caller sends cannot look like a record of its own, in the audit trail or in the log.</summary>
[Spec("ASSURANCE", "I3")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class LogRecordTests(DatabaseKind kind)
{
    private const string Forged = "request.refused of nobody";
    private const string Last = "the-last-one";

    private const string Config =
        """
        clients:
          - { client_id: app, grant_types: [password], client_secrets: [{ value: "plain:app-secret" }] }
        dialects:
          oauth-v2: { enabled: true }
          lsid: { enabled: true }
        """;

    // Ends of lines (Unicode Standard 5.8), what a terminal obeys (ECMA-48), and what ends a string elsewhere.
    private static readonly string[] Breaks =
    [
        "\n", "\r\n", "\r", "\v", "\f", "\u0085", "\u2028", "\u2029", "\u001b[2K\u001b[1G", "\u009b2K", "\u007f", "\0"
    ];

    [Test]
    public async Task I3_Every_event_is_one_record_on_one_line_whatever_is_in_it()
    {
        await using var installation = await Installation.CreateAsync(Config, kind);

        // Applies the files, which a server does in Development only.
        await installation.StartNodeAsync(TimeProvider.System);
        await installation.PassForProductionAsync();
        var hub = await installation.StartProcessAsync(
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("IdentityHub:Stage", "staging"), ("IdentityHub:Passwords:Iterations", "220000"));
        foreach (var text in Breaks.Select(@break => $"name{@break}{Forged}"))
        {
            await hub.Client.MachineAsync(new TestClient(text, text));
            await hub.Client.TokenAsync(("grant_type", text), ("client_id", "app"), ("client_secret", "app-secret"));
            await hub.Client.PostJsonAsync(
                "/oauth/v2/token",
                JsonSerializer.Serialize(
                    new
                    {
                        grant_type = "client_credentials",
                        client_id = text,
                        client_secret = text,
                    }));
            await hub.Client.GetAnswerAsync(
                $"/session/{Uri.EscapeDataString(text.Replace("\0", "", StringComparison.Ordinal))}",
                text.Any(c => c is < ' ' or > '~') ? null : text);
        }

        await hub.Client.MachineAsync(new TestClient(Last, "x"));
        var rows = await Eventually.GetAsync(() => RowsAsync(installation), rows => rows.Exists(row => row.ClientId == Last));
        hub.Kill();

        Assert.That(rows, Has.Count.EqualTo((4 * Breaks.Length) + 1));
        foreach (
            var text in rows.SelectMany(row => new[] { row.ClientId, row.GrantType, row.Detail, row.Reason, row.Endpoint }).OfType<string>()
        )
            Assert.That(text.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029'), Is.False, JsonSerializer.Serialize(text));
        var lines = hub.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Is.Not.Empty);
        foreach (var line in lines)
        {
            Assert.That(() => JsonDocument.Parse(line), Throws.Nothing, line);
            Assert.That(line.Trim().Any(c => char.IsControl(c) || c is '\u2028' or '\u2029'), Is.False, line);
        }
    }

    private static async Task<List<AuditEvent>> RowsAsync(Installation installation)
    {
        await using var context = installation.Database.NewContext();
        return await context.AuditEvents.AsNoTracking().Where(row => row.Type == "request.refused").ToListAsync();
    }
}
