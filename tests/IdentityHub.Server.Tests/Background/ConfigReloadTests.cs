using IdentityHub.Server.Background;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Background;

/// <summary>In Development a change of the files is in force a second later.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class ConfigReloadTests(DatabaseKind kind)
{
    [Test]
    public async Task A_changed_file_is_a_new_generation_and_what_it_no_longer_allows_ends_at_once()
    {
        await using var hub = await Hub.StartAsync(Clients("first", "second"), kind);
        var before = await GenerationAsync(hub);
        var token = (await hub.Client.MachineAsync("first"))["access_token"];
        var document = await hub.Client.GetAnswerAsync("/.well-known/openid-configuration");

        hub.Installation.WriteConfig(Clients("second", "third").Replace("orders.read", "orders.watch", StringComparison.Ordinal));
        var after = await Eventually.GetAsync(() => NextSecondAsync(hub), generation => generation != before);

        Assert.That(after, Is.Not.EqualTo(before));
        Assert.That((await hub.Client.MachineAsync("first"))["error"], Is.EqualTo("invalid_client"));
        Assert.That((await hub.Client.MachineAsync("third")).Status, Is.EqualTo(200));
        Assert.That((await hub.Client.IntrospectAsync("orders", token))["active"], Is.EqualTo("false"), "its client is gone");
        Assert.That(
            (await hub.Client.GetAnswerAsync("/.well-known/openid-configuration")).Header("ETag"), Is.Not.EqualTo(document.Header("ETag")));
    }

    [Test]
    public async Task A_faulty_file_changes_nothing_and_the_log_names_file_line_and_column()
    {
        await using var hub = await Hub.StartAsync(Clients("first"), kind);
        var before = await GenerationAsync(hub);

        hub.Installation.WriteConfig(Clients("second").Replace("grant_types", "grant_typ", StringComparison.Ordinal));
        var logs = await Eventually.GetAsync(
            async () =>
            {
                await NextSecondAsync(hub);
                return hub.Logs.ToString();
            },
            text => text.Contains("have faults", StringComparison.Ordinal));

        Assert.That(
            logs, Does.Contain("the last good generation stays in force").And.Contain("config/hub.yaml(2,26): clients[0].grant_typ"));
        Assert.That(await GenerationAsync(hub), Is.EqualTo(before));
        Assert.That((await hub.Client.MachineAsync("first")).Status, Is.EqualTo(200));

        hub.Installation.WriteConfig(Clients("second"));
        await Eventually.GetAsync(() => NextSecondAsync(hub), generation => generation != before);
        Assert.That((await hub.Client.MachineAsync("second")).Status, Is.EqualTo(200), "a good file is applied after a faulty one");
    }

    [Test]
    public async Task The_tokens_of_a_client_that_is_disabled_die_and_live_again_with_it()
    {
        await using var hub = await Hub.StartAsync(Clients("first"), kind);
        var token = (await hub.Client.MachineAsync("first"))["access_token"];
        var before = await GenerationAsync(hub);

        hub.Installation.WriteConfig(
            Clients("first").Replace("client_id: first", "client_id: first, enabled: false", StringComparison.Ordinal));
        var disabled = await Eventually.GetAsync(() => NextSecondAsync(hub), generation => generation != before);
        Assert.That((await hub.Client.IntrospectAsync("orders", token))["active"], Is.EqualTo("false"));
        Assert.That((await hub.Client.MachineAsync("first"))["error"], Is.EqualTo("invalid_client"));

        hub.Installation.WriteConfig(Clients("first"));
        await Eventually.GetAsync(() => NextSecondAsync(hub), generation => generation != disabled);
        Assert.That((await hub.Client.IntrospectAsync("orders", token))["active"], Is.EqualTo("true"));
    }

    [TestCase(true)]
    [TestCase(false)]
    [Spec("ASSURANCE", "S3")]
    public async Task S3_The_users_of_a_tenant_that_is_disabled_or_gone_are_signed_out_and_those_of_others_are_not(bool isGone)
    {
        var other = Tenants.Config.Split('\n').Single(line => line.Contains("alias: other", StringComparison.Ordinal));
        var client = Tenants.Config.Split('\n').Single(line => line.Contains("client_id: of-other", StringComparison.Ordinal));
        await using var hub = await Hub.StartAsync(Tenants.Config, kind);
        await hub.Client.TenantUserAsync("ann");
        await hub.Client.TenantUserAsync("ann", key: Tenants.OtherKey, tenant: "other");
        var stays = (await hub.Client.ExchangeAsync(hub.ReadToken("ann"), "opaque"))["access_token"];
        var goes = (await hub.Client.ExchangeAsync(hub.ReadToken("ann", key: Tenants.OtherKey), "of-other"))["access_token"]!;
        var before = await GenerationAsync(hub);
        Assert.That((await hub.Client.GetAnswerAsync("/connect/userinfo", goes)).Status, Is.EqualTo(200));

        hub.Installation.WriteConfig(Tenants.Config
            .Replace(other + "\n", isGone ? "" : other.TrimEnd('}', ' ') + ", enabled: false }\n", StringComparison.Ordinal)
            .Replace(client + "\n", isGone ? "" : client + "\n", StringComparison.Ordinal));
        await Eventually.GetAsync(() => NextSecondAsync(hub), generation => generation != before);

        Assert.That((await hub.Client.GetAnswerAsync("/connect/userinfo", goes)).Status, Is.EqualTo(401));
        Assert.That(await hub.Client.IsActiveAsync("opaque", stays), Is.True);
        await using var context = hub.NewContext();
        Assert.That(context.Sessions.Where(session => session.EndReason == "tenant_disabled").ToList(), Has.Count.EqualTo(1));
    }

    [Test, Spec("ASSURANCE", "R4")]
    public async Task A_refresh_token_that_was_rotated_stays_rejected_when_rotation_is_switched_off()
    {
        const string app = Parts.People +
            """
            clients:
              - { client_id: app, grant_types: [password, refresh_token], client_secrets: [{ value: "plain:app-secret" }], refresh_token: { rotation: true } }
            """;
        await using var hub = await Hub.StartAsync(app, kind);
        var login = await hub.Client.LoginAsync("app");
        await hub.Client.RefreshAsync("app", login["refresh_token"]);
        var before = await GenerationAsync(hub);

        hub.Installation.WriteConfig(app.Replace("rotation: true", "rotation: false", StringComparison.Ordinal));
        await Eventually.GetAsync(() => NextSecondAsync(hub), generation => generation != before);
        hub.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.That((await hub.Client.RefreshAsync("app", login["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
    }

    [Test]
    public async Task Files_that_are_still_being_written_are_not_applied()
    {
        await using var hub = await Hub.StartAsync(Clients("first"), kind);
        var folder = ActivatorUtilities.CreateInstance<ConfigFolder>(hub.Services);
        var file = Path.Combine(hub.Installation.ConfigDirectory, "hub.yaml");
        await folder.ApplyAsync(CancellationToken.None);
        Assert.That((folder.HasChanged(), folder.HasChanged()), Is.EqualTo((false, false)));

        await File.WriteAllTextAsync(file, "");
        Assert.That(folder.HasChanged(), Is.False, "emptied by an editor");
        await File.WriteAllTextAsync(file, "clients:\n");
        Assert.That(folder.HasChanged(), Is.False, "half written");
        await File.WriteAllTextAsync(file, Clients("first", "second"));
        Assert.That(folder.HasChanged(), Is.False, "just written");
        Assert.That(folder.HasChanged(), Is.True, "two looks have seen the same");
    }

    [Test]
    public async Task A_saved_file_is_applied_after_so_few_looks_that_less_than_a_second_goes_by()
    {
        await using var hub = await Hub.StartAsync(Clients("first"), kind);
        var folder = ActivatorUtilities.CreateInstance<ConfigFolder>(hub.Services);
        await folder.ApplyAsync(CancellationToken.None);
        Assert.That(folder.HasChanged(), Is.False);

        hub.Installation.WriteConfig(Clients("first", "second"));
        var looks = 1;
        while (!folder.HasChanged() && looks < 10)
            looks++;

        Assert.That(looks * ConfigRefresh.DevelopmentInterval, Is.LessThan(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task A_file_that_is_replaced_by_an_older_one_is_a_change()
    {
        await using var hub = await Hub.StartAsync(Clients("first"), kind);
        var folder = ActivatorUtilities.CreateInstance<ConfigFolder>(hub.Services);
        var file = Path.Combine(hub.Installation.ConfigDirectory, "hub.yaml");
        await File.WriteAllTextAsync(Path.Combine(hub.Installation.ConfigDirectory, "newest.yaml"), "scopes: [{ name: a }]");
        await folder.ApplyAsync(CancellationToken.None);

        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddDays(-1));

        Assert.That((folder.HasChanged(), folder.HasChanged()), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task What_is_deleted_because_the_files_no_longer_have_it_is_logged_and_users_stay()
    {
        await using var hub = await Hub.StartAsync(
            $"{Clients("first", "second")}\nusers: [{{ id: {Parts.AliceId}, user_name: alice }}]", kind);
        var before = await GenerationAsync(hub);

        hub.Installation.WriteConfig(Clients("second"));
        await Eventually.GetAsync(() => NextSecondAsync(hub), generation => generation != before);

        Assert.That(hub.Logs.ToString(), Does.Contain("clients/first is no longer in the configuration files and was deleted."));
        Assert.That(hub.Logs.ToString(), Does.Not.Contain("clients/second is no longer"));
        Assert.That(hub.Logs.ToString(), Does.Contain($"User {Parts.AliceId} is no longer in the configuration files and stays"));
        await using var context = hub.NewContext();
        Assert.That(context.Users.Select(user => user.UserName).ToList(), Is.EqualTo(["alice"]));
    }

    private static string Clients(params string[] ids) =>
        string.Concat(
            ids.Select(id =>
                    $"  - {{ client_id: {id}, grant_types: [client_credentials], client_secrets: [{{ value: \"plain:{id}-secret\" }}], "
                        + $"scope: orders.read }}\n")
                .Prepend("clients:\n"))
        + """
            scopes:
              - { name: orders.read }
            api_resources:
              - { name: orders, scopes: [orders.read], client_secrets: [{ value: "plain:orders-secret" }] }
            """;

    private static async Task<string?> GenerationAsync(Hub hub) =>
        (await hub.Client.GetAnswerAsync("/health/ready"))["configuration_generation"];

    // The loop beside the requests may not have begun to wait yet when the clock moves: it is moved until something happens.
    private static Task<string?> NextSecondAsync(Hub hub)
    {
        hub.Time.Advance(TimeSpan.FromSeconds(1));
        return GenerationAsync(hub);
    }
}
