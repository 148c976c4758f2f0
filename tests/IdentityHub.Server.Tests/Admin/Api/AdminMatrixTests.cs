using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Admin.Api;

/// <summary>
/// Who may call what of the administration API: every operation with every kind of caller. An operation without a row here fails.
/// ASSURANCE S2, I4.
/// </summary>
public class AdminMatrixTests(DatabaseKind kind) : HubFixture(kind, Administrations.Config)
{
    private readonly Dictionary<string, string?> _tokens = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, string> _names = new Dictionary<string, string>();
    private int _count;

    [OneTimeSetUp]
    public async Task LogEverybodyInAsync()
    {
        await using var foreign = await StartForeignHubAsync();
        _tokens["no token"] = null;
        _tokens["a token of another installation"] = await foreign.Client.TokenOfAsync("root");
        _tokens["a token without a scope of it"] = await Client.TokenOfAsync("root", "openid");
        _tokens["an administrator who may read"] = await Client.TokenOfAsync("root", "admin.read");
        _tokens["a client for itself"] = await Client.ClientTokenAsync();
        _tokens["an administrator of the installation"] = await Client.TokenOfAsync("root");
        _tokens["an administrator by the old scope"] = await Client.TokenOfAsync("root", "hub.admin");
        _tokens["an administrator of the organization"] = await Client.TokenOfAsync("local");
        _tokens["an administrator of the parent"] = await Client.TokenOfAsync("boss");
        _tokens["an administrator of a sibling"] = await Client.TokenOfAsync("stranger");
        _tokens["a user without rights"] = await Client.TokenOfAsync("nobody");
        _names = await Hub.AddUserWithEverythingAsync("target", "south");
    }

    [TestCaseSource(typeof(AdminMatrix), nameof(AdminMatrix.Rows))]
    public async Task Every_operation_answers_every_caller_as_the_table_says(object row)
    {
        var call = (MatrixRow)row;
        var answers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (caller, token) in _tokens)
        {
            var answer = await Client.AdminAsync(
                call.Method, Filled(call.Path), token, call.Body is { } body ? Filled(body) : null,
                call.NeedsCondition ? "\"stale\"" : null);
            answers[caller] = answer.Status;
        }

        Assert.That(answers, Is.EqualTo(call.Expected), call.Id);
    }

    [Test]
    public void Every_operation_has_a_row() =>
        Assert.That(AdminMatrix.Rows.Select(row => row.Id).Distinct(), Is.EquivalentTo(Operations().Select(operation => operation.Id)));

    [Test]
    public void An_operation_that_is_forgotten_is_found() =>
        Assert.That(Operations().Select(operation => operation.Id).Except(AdminMatrix.Rows.Skip(1).Select(row => row.Id)), Is.Not.Empty);

    [Test]
    public void No_administration_call_is_mapped_in_another_way() =>
        Assert.That(
            Hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith(Administrations.Base, StringComparison.Ordinal)
                    && endpoint.Metadata.GetMetadata<AdminOperation>() is null)
                .Select(endpoint => endpoint.RoutePattern.RawText),
            Is.EqualTo([Administrations.Base + "/{**rest}"]));

    private string Filled(string text) => _names.Aggregate(
        text.Replace("{unique}", $"unique{_count++}", StringComparison.Ordinal),
        (filled, name) => filled.Replace(name.Key, name.Value, StringComparison.Ordinal));

    private IEnumerable<AdminOperation> Operations() =>
        Hub.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<AdminOperation>());
}
