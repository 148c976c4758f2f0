using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>
/// Two nodes on one database, while others use it: a login session that ends on one is refused by the other, with all that hangs on it.
/// </summary>
[Spec("ASSURANCE", "S3")]
public class LsidEndingTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    private static readonly Dictionary<string, Func<HttpClient, string, Task<Answer>>> Endings = new()
    {
        ["it is ended"] = (node, lsid) => node.CallAsync("DELETE", $"/session/{lsid};lsid={lsid}"),
        ["all of its user are ended"] = (node, lsid) =>
            node.CallAsync("DELETE", $"/session/{lsid};lsid={lsid}", "true", "application/json1"),
        ["its user is logged out"] = async (node, _) =>
            await node.CallAsync("DELETE", $"/session/user/{Lsids.IdOf("bob")};lsid={await node.LsidAsync("alice")}"),
        ["its user is blocked"] = (node, _) => node.CallAsync("PUT", "/authenticate/block/bob", null, null, ("X-API-Key", Lsids.Key)),
        ["his password is forced"] = async (node, _) =>
            await node.CallAsync(
                "PUT", $"/password/{Lsids.IdOf("bob")};lsid={await node.LsidAsync("alice")}",
                $$"""{"adminPassword":"{{Lsids.Password}}","newPassword":"Another-Pass-1234"}"""),
    };

    [TestCaseSource(nameof(Cases))]
    public async Task S3_A_login_session_that_ends_on_one_node_is_dead_on_the_other_within_two_seconds(string ending)
    {
        await using var installation = await Installation.CreateAsync(Lsids.Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var lsid = await a.Client.LsidAsync("bob");
        var token = (await b.Client.TokenExchangeAsync("desk", lsid))["access_token"];
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(b.Client, await a.Client.LsidAsync("rita"), stop.Token);
        Assert.That((await b.Client.ShowAsync(lsid)).Status, Is.EqualTo(200), "before");

        var ended = await Endings[ending](a.Client, lsid);

        Assert.That(ended.Status, Is.EqualTo(200), ended.Body);
        await Eventually.TrueAsync(
            async () =>
                (await b.Client.ShowAsync(lsid)).Status == 404
                && !await b.Client.IsActiveAsync("desk", token)
                && (await b.Client.TokenExchangeAsync("desk", lsid)).Status == 400,
            AtOnce, $"nothing lives when {ending}");
        await stop.CancelAsync();
        Assert.That(await load, Is.Zero, "answers of the load that were none");
    }

    [TestCase(-10)]
    [TestCase(10)]
    [Spec("ASSURANCE", "F7")]
    public async Task F7_A_token_for_a_session_of_a_node_whose_clock_goes_otherwise_is_alive_on_both_until_the_password_changes(int seconds)
    {
        await using var installation = await Installation.CreateAsync(Lsids.Config, DatabaseKind.Postgres);
        var (a, b) = (
            await installation.StartNodeAsync(),
            await installation.StartNodeAsync(new ShiftedTime(installation.Time, TimeSpan.FromSeconds(seconds))));
        var lsid = await a.Client.LsidAsync("alice");
        var first = (await b.Client.TokenExchangeAsync("desk", lsid))["access_token"]!;
        var jwt = (await b.Client.TokenExchangeAsync("desk-jwt", lsid))["access_token"]!;
        var second = (await a.Client.TokenExchangeAsync("desk", first, "urn:ietf:params:oauth:token-type:access_token"))["access_token"]!;
        string[] tokens = [first, second];
        foreach (var node in new[] { a.Client, b.Client })
        {
            foreach (var token in tokens)
                Assert.That(await node.IsActiveAsync("desk", token), Is.True);
            Assert.That(await node.IsActiveAsync("desk-jwt", jwt), Is.True);
        }

        installation.Time.Advance(TimeSpan.FromSeconds(30));
        await a.Client.CallAsync(
            "PUT", $"/password/{Lsids.IdOf("alice")};lsid={lsid}",
            $$"""{"oldPassword":"{{Lsids.Password}}","newPassword":"Another-Pass-1234"}""");

        foreach (var token in tokens)
            Assert.That(await b.Client.IsActiveAsync("desk", token), Is.False);
        Assert.That(await b.Client.IsActiveAsync("desk-jwt", jwt), Is.False);
        Assert.That(
            await b.Client.IsActiveAsync("desk", (await b.Client.TokenExchangeAsync("desk", lsid))["access_token"]), Is.True,
            "got with the new one");
    }

    private static IEnumerable<string> Cases => Endings.Keys;

    private static async Task<int> LoadAsync(HttpClient node, string lsid, CancellationToken stop)
    {
        var workers = Enumerable.Range(0, 4).Select(async _ =>
        {
            var failed = 0;
            while (!stop.IsCancellationRequested)
                failed += (await node.ShowAsync(lsid)).Status == 200 ? 0 : 1;
            return failed;
        });
        return (await Task.WhenAll(workers)).Sum();
    }
}
