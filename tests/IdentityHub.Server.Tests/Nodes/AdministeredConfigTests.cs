using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>A change by the administration API is in force on all nodes.</summary>
[Spec("ASSURANCE", "S3")]
public class AdministeredConfigTests
{
    // The poll of a node outside Development lies 10 s apart: within 2 s only the announcement can have told it.
    private static readonly (string, string)[] OutsideDevelopment =
    [
        ("IdentityHub:Stage", "staging"), ("IdentityHub:Passwords:Iterations", "220000")
    ];

    [Test]
    public async Task S3_A_client_that_one_node_makes_and_disables_is_so_on_the_other_within_two_seconds()
    {
        await using var installation = await Installation.CreateAsync(
            """
            clients:
              - { client_id: machine, grant_types: [client_credentials], client_secrets: [{ value: "plain:machine-secret" }],
                  scope: admin.write }
            """, DatabaseKind.Postgres);
        var a = await installation.StartNodeAsync();
        await installation.PassForProductionAsync();
        var b = await installation.StartNodeAsync(settings: OutsideDevelopment);
        var token = await a.Client.ClientTokenAsync();
        var made = await a.Client.AdminAsync("POST", "/clients", token, """
            { "client_id": "late", "grant_types": ["client_credentials"], "client_secrets": [{ "value": "generate:" }] }
            """);
        var late = new TestClient("late", made.Json.GetProperty("generated_secrets")[0].GetProperty("value").GetString()!);
        await Eventually.TrueAsync(
            async () => (await b.Client.MachineAsync(late)).Status == 200, TimeSpan.FromSeconds(2), "the other node knows the client");

        await a.Client.AdminAsync("PATCH", "/clients/late", token, """{ "enabled": false }""", made.Header("ETag"));
        await Eventually.TrueAsync(
            async () => (await b.Client.MachineAsync(late)).Status == 401, TimeSpan.FromSeconds(2), "the other node refuses the client");
    }
}
