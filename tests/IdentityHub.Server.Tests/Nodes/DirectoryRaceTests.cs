using IdentityHub.Server.Tests.Admin.Scim;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>What a directory changes on one node holds on the other, and what two of its calls race for one gets.</summary>
[Spec("ASSURANCE", "S3")]
public class DirectoryRaceTests
{
    private const string Password = "Correct-Horse-9-Battery";

    [Test]
    public async Task S3_Who_is_deprovisioned_on_one_node_is_refused_on_the_other_and_one_of_many_gets_a_name()
    {
        await using var installation = await Installation.CreateAsync(Directories.Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var token = await a.Client.TokenAsync("entra");
        var id = await a.Client.NewUserAsync(token, "leaver", $",\"password\":\"{Password}\"");
        var login = await b.Client.LoginAsync(TestClient.Public("app"), "leaver", Password);
        Assert.That(await b.Client.IsActiveAsync("orders", login["access_token"]), Is.True);

        var patched = await a.Client.ScimAsync(
            token, "PATCH", $"{Directories.Users}/{id}", Directories.Patch("""{"op":"Replace","path":"active","value":"False"}"""));

        Assert.That(patched.Status, Is.EqualTo(200), patched.Body);
        await Eventually.TrueAsync(
            async () => !await b.Client.IsActiveAsync("orders", login["access_token"])
                && (await b.Client.RefreshAsync(TestClient.Public("app"), login["refresh_token"]!)).Status == 400
                && (await b.Client.LoginAsync(TestClient.Public("app"), "leaver", Password)).Status == 400,
            TimeSpan.FromSeconds(2), "nothing lives on the other node");

        var answers = await Requests.AtOnceAsync(
            20, [a.Client, b.Client], (client, _) => client.ScimAsync(token, "POST", Directories.Users, Directories.User("racer")));
        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo([201, .. Enumerable.Repeat(409, 19)]));
    }
}
