using System.Globalization;
using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>A configuration that is applied once is in force on all nodes.</summary>
[Spec("ASSURANCE", "S3")]
public class ConfigGenerationTests
{
    private const string Listeners = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'";
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    // The poll of a node outside Development lies 10 s apart: within 2 s only the announcement can have told it.
    private static readonly (string, string)[] OutsideDevelopment =
    [
        ("IdentityHub:Stage", "staging"), ("IdentityHub:Passwords:Iterations", "220000")
    ];

    [Test]
    public async Task S3_What_is_applied_through_one_node_is_in_force_on_the_other_within_two_seconds()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.WithoutUsers, DatabaseKind.Postgres);
        var a = await installation.StartNodeAsync();
        await installation.PassForProductionAsync();
        var b = await installation.StartNodeAsync(settings: OutsideDevelopment);
        await Eventually.TrueAsync(async () => await ListenersAsync(a) == 2, TimeSpan.FromSeconds(10), "both nodes listen");
        Assert.That((await b.Client.MachineAsync("late")).Status, Is.EqualTo(401));

        var generation = await ApplyAsync(installation, a, With("late"));
        await Eventually.TrueAsync(async () => await GenerationAsync(b) == generation, AtOnce, "the other node has the generation");

        Assert.That((await b.Client.MachineAsync("late")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task S3_A_node_that_has_lost_its_listening_connection_learns_by_its_poll_and_listens_again()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.WithoutUsers, DatabaseKind.Postgres);
        var a = await installation.StartNodeAsync();
        await installation.PassForProductionAsync();
        var b = await installation.StartNodeAsync(settings: OutsideDevelopment);
        await Eventually.TrueAsync(async () => await ListenersAsync(a) == 2, TimeSpan.FromSeconds(10), "both nodes listen");

        await using (var context = a.NewContext())
            await context.Database.ExecuteSqlRawAsync($"SELECT pg_terminate_backend(pid) FROM ({Listeners}) l");
        var missed = await ApplyAsync(installation, a, With("missed"));
        await Eventually.TrueAsync(
            async () =>
            {
                installation.Time.Advance(TimeSpan.FromSeconds(1));
                return await GenerationAsync(b) == missed;
            },
            TimeSpan.FromSeconds(10),
            "the poll has seen the generation");

        await Eventually.TrueAsync(
            async () =>
            {
                installation.Time.Advance(TimeSpan.FromSeconds(1));
                return await ListenersAsync(a) == 2;
            },
            TimeSpan.FromSeconds(10),
            "both nodes listen again");
        var announced = await ApplyAsync(installation, a, With("announced"));
        await Eventually.TrueAsync(async () => await GenerationAsync(b) == announced, AtOnce, "the other node has the next generation");
    }

    [Test]
    public async Task S3_No_request_is_answered_from_two_generations_while_a_hundred_are_applied()
    {
        const int Last = 100;
        await using var installation = await Installation.CreateAsync(Numbered(0), DatabaseKind.Postgres);
        var a = await installation.StartNodeAsync();
        await installation.PassForProductionAsync();
        var b = await installation.StartNodeAsync(settings: OutsideDevelopment);
        using var stop = new CancellationTokenSource();
        var callers = new[] { a, b, a, b }.Select(node => Task.Run(() => AskAsync(node, stop.Token))).ToList();

        for (var number = 1; number <= Last; number++)
            await ApplyAsync(installation, a, Numbered(number));
        await Eventually.TrueAsync(
            async () => (await GenerationAsync(a), await GenerationAsync(b)) is var (one, other) && one == other
                && NumbersOf(await b.Client.MachineAsync("machine")).Contains(Last),
            AtOnce, "both nodes have the last generation");
        await stop.CancelAsync();
        var answers = (await Task.WhenAll(callers)).SelectMany(answer => answer).ToList();

        Assert.That(answers.Where(answer => answer.Count != 1), Is.Empty, "each answer is of one generation");
        Assert.That(answers.SelectMany(answer => answer).Distinct().Count(), Is.GreaterThan(10), "the generations were in force meanwhile");
    }

    // Each generation says its number in the object of the client, of the scope and of the API.
    private static string Numbered(int number) =>
        $$"""
        scopes:
          - { name: scope.{{number}} }
        api_resources:
          - { name: api-{{number}}, scopes: [scope.{{number}}], client_secrets: [{ value: "plain:orders-secret" }] }
        clients:
          - client_id: machine
            grant_types: [client_credentials]
            client_secrets: [{ value: "plain:machine-secret" }]
            scope: scope.{{number}}
            access_token_format: jwt
            access_token_lifetime: {{number + 1}}m
        """;

    private static async Task<List<HashSet<int>>> AskAsync(Hub node, CancellationToken stop)
    {
        var answers = new List<HashSet<int>>();
        while (!stop.IsCancellationRequested)
            answers.Add(NumbersOf(await node.Client.MachineAsync("machine")));
        return answers;
    }

    // Of the lifetime, the scope and the audience of a token; a refusal has none.
    private static HashSet<int> NumbersOf(Answer answer)
    {
        if (answer.Status != 200)
            return [];
        var token = new JsonWebToken(answer["access_token"]);
        return
        [
            (int.Parse(answer["expires_in"]!, CultureInfo.InvariantCulture) / 60) - 1,
            int.Parse(answer["scope"]!["scope.".Length..], CultureInfo.InvariantCulture),
            int.Parse(token.Audiences.Single()["api-".Length..], CultureInfo.InvariantCulture),
        ];
    }

    private static async Task<int> ListenersAsync(Hub node)
    {
        await using var context = node.NewContext();
        return await context.Database.SqlQueryRaw<int>($"SELECT count(*)::int AS \"Value\" FROM ({Listeners}) l").SingleAsync();
    }

    private static string With(string clientId)
    {
        var client =
            $"  - {{ client_id: {clientId}, grant_types: [client_credentials], client_secrets: [{{ value: \"plain:{clientId}-secret\" }}], "
                + $"scope: orders.read }}\n";
        return SharedConfig.WithoutUsers.Replace("scopes:\n", client + "scopes:\n", StringComparison.Ordinal);
    }

    private static async Task<string> ApplyAsync(Installation installation, Hub node, string config)
    {
        installation.WriteConfig(config);
        var loaded = ConfigLoader.Load(
            installation.ConfigDirectory, new ConfigContext(ConfigContext.Development, static _ => null, installation.Time));
        Assert.That(loaded.Faults, Is.Empty);
        var applied = await node
            .Services.GetRequiredService<ConfigApplier>()
            .ApplyAsync(loaded.Document!, ConfigContext.Production, prune: true, CancellationToken.None);
        return applied.Generation!;
    }

    private static async Task<string?> GenerationAsync(Hub node) =>
        (await node.Client.GetAnswerAsync("/health/ready"))["configuration_generation"];
}
