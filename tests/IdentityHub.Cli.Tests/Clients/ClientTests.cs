using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage.Clients;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Clients;

public class ClientTests
{
    private const string Files =
        """
        dialects: { hash-secret: { enabled: true } }
        clients:
          - client_id: web
            client_name: The shop
            grant_types: [authorization_code]
            redirect_uris: ["https://app.example.com/a-rather-long-path-that-does-not-fit", "https://app.example.com/b"]
            client_secrets:
              - { value: env:OLD_SECRET, expires_at: 2090-01-01T00:00:00Z }
              - { value: env:NEW_SECRET, not_before: 2089-01-01T00:00:00Z }
          - client_id: app
            token_endpoint_auth_method: none
            grant_types: [authorization_code]
            redirect_uris: ["https://app.example.com/app"]
        """;

    private static readonly DateTimeOffset Used = new(2089, 5, 6, 7, 8, 0, TimeSpan.Zero);
    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task A_client_is_shown_with_its_owner_and_the_times_of_its_secrets([Values] DatabaseKind kind)
    {
        await using var database = await ApplyAsync(kind);
        var used = new SecretDigest { Digest = SHA256.HashData("hush-hush-old"u8) };
        await new ClientSecretUseStore(database.Open()).WriteAsync(
            new() { ClientId = "web", Fingerprint = used.Fingerprint, LastUsedAt = Used }, CancellationToken.None);
        var narrow = await _hub.With("COLUMNS", "80").RunAsync("clients", "show", "web");
        var wide = await _hub.With("COLUMNS", "200").RunAsync("clients", "show", "web");
        var json = JsonDocument.Parse((await _hub.RunAsync("clients", "show", "web", "--json")).Output).RootElement;

        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("source").GetString(), Is.EqualTo("a.yaml:3"));
            Assert.That(json.GetProperty("secrets")[0].GetProperty("last_used_at").GetDateTimeOffset(), Is.EqualTo(Used));
            Assert.That(json.GetProperty("secrets")[1].GetProperty("last_used_at").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(json.GetProperty("secrets")[1].GetProperty("state").GetString(), Is.EqualTo("not yet"));
            Assert.That(narrow.Output + wide.Output + json.GetRawText(), Does.Not.Contain("hush").And.Not.Contain("sha256:"));
            Assert.That(narrow.Output.Split('\n'), Has.All.Length.AtMost(80));
        });
        Golden.Verify("client-80", WithoutTime(narrow.Output));
        Golden.Verify("client-200", WithoutTime(wide.Output));
    }

    [Test]
    public async Task A_new_secret_is_shown_once_and_its_line_brings_it_into_force()
    {
        await using var database = await ApplyAsync(DatabaseKind.Sqlite);
        var rotated = await _hub.RunAsync("clients", "rotate-secret", "web");
        var secret = Regex.Match(rotated.Output, "^secret: (\\S{43})$", RegexOptions.Multiline).Groups[1].Value;
        var line = Regex.Match(rotated.Output, "^ +- value: (.*)$", RegexOptions.Multiline).Groups[1].Value;
        _hub.WithFile(
            "config/a.yaml",
            Files.Replace("    client_secrets:\n", $"    client_secrets:\n      - value: {line}\n", StringComparison.Ordinal));
        var plan = await _hub.RunAsync("config", "plan");

        Assert.Multiple(() =>
        {
            Assert.That(rotated.Output, Does.Contain("a.yaml:3: add to client_secrets of web"));
            Assert.That(line, Is.EqualTo("sha256:" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))));
            Assert.That(plan.Output, Does.Contain("client_secrets: secret 1 added"), plan.Error);
        });
    }

    [Test]
    public async Task A_partner_is_given_a_pair_whose_lines_are_right()
    {
        await using var database = await ApplyAsync(DatabaseKind.Sqlite);
        var issued = await _hub.RunAsync("clients", "issue-partner", "partner-8");
        _hub.WithFile("config/partner.yaml", issued.Output[issued.Output.IndexOf("clients:", StringComparison.Ordinal)..]);
        var applied = await _hub.RunAsync("config", "apply");
        var again = await _hub.RunAsync("clients", "issue-partner", "partner-8");
        Assert.Multiple(() =>
        {
            Assert.That(applied.Output, Does.StartWith("+ clients/partner-8 (partner.yaml:2)"), applied.Error);
            Assert.That((again.ExitCode, again.Output), Is.EqualTo((1, "")));
            Assert.That(again.Error, Does.Contain("hub clients rotate-secret partner-8"));
        });
    }

    [Test]
    public async Task A_client_that_there_is_not_or_that_has_no_secret_is_told()
    {
        await using var database = await ApplyAsync(DatabaseKind.Sqlite);
        var unknown = await _hub.RunAsync("clients", "show", "wep");
        var isPublic = await _hub.RunAsync("clients", "rotate-secret", "app");
        var days = await _hub.RunAsync("clients", "rotate-secret", "web", "--overlap-days", "0");
        Assert.Multiple(() =>
        {
            Assert.That((unknown.ExitCode, unknown.Error), Is.EqualTo((1, "No client 'wep' is applied; did you mean 'web'?")));
            Assert.That(
                (isPublic.ExitCode, isPublic.Error),
                Is.EqualTo((1, "The client 'app' has no secrets: its token_endpoint_auth_method is none.")));
            Assert.That((days.ExitCode, days.Error), Is.EqualTo((1, "--overlap-days must be 1 to 3650.")));
        });
    }

    private async Task<TestDatabase> ApplyAsync(DatabaseKind kind)
    {
        var database = await TestDatabase.CreateAsync(kind);
        _hub.With("ConnectionStrings__IdentityHub", database.ConnectionString)
            .WithFile("data/hub.key", Convert.ToBase64String(new byte[32]))
            .With("OLD_SECRET", "hush-hush-old").With("NEW_SECRET", "hush-hush-new").WithFile("config/a.yaml", Files);
        Assert.That((await _hub.RunAsync("config", "apply")).ExitCode, Is.Zero);
        return database;
    }

    private static string WithoutTime(string output) => Regex.Replace(output, @"202\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME");
}
