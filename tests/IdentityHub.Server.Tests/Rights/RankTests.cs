using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Organizations;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Rights;

/// <summary>
/// Nobody does anything to a user who may do more: for every verb, by an administrator of an organization and by an API key.
/// </summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("ASSURANCE", "L7")]
public class RankTests(DatabaseKind kind)
{
    private const string WholeKey = "whole-api-key-0123456789";

    // ada is the installation's administrator and at home in acme here, where alice is the organization's. The second key holds all of its
    // permissions everywhere.
    private static readonly string Config = Lsids
        .Config.Replace(
            "user_name: ada, password: \"plain:Lsid-Pass-1234\", roles: [admin]",
            "user_name: ada, password: \"plain:Lsid-Pass-1234\", organization: acme, roles: [admin]", StringComparison.Ordinal)
        .Replace(
            "api_keys:",
            $"api_keys:\n  - {{ name: whole, value: \"plain:{WholeKey}\", permissions: [session.read, session.terminate, session.assume, "
                + $"user.block, user.password] }}",
            StringComparison.Ordinal);

    // What is done to a user of this name, with an LSID of theirs, by whoever the suffix and headers name.
    private static readonly Dictionary<string, Func<Hub, Target, Caller, Task<Answer>>> Verbs = new()
    {
        ["read the block"] = (hub, user, caller) => hub.CallAsync(caller, "GET", $"/authenticate/block/{user.Name}"),
        ["block"] = (hub, user, caller) => hub.CallAsync(caller, "PUT", $"/authenticate/block/{user.Name}", "{}"),
        ["unblock"] = (hub, user, caller) => hub.CallAsync(caller, "DELETE", $"/authenticate/block/{user.Name}"),
        ["log out"] = (hub, user, caller) => hub.CallAsync(caller, "DELETE", $"/session/user/{Lsids.IdOf(user.Name)}"),
        ["read a session"] = (hub, user, caller) => hub.CallAsync(caller, "GET", $"/session/{user.Lsid}"),
        ["end a session"] = (hub, user, caller) => hub.CallAsync(caller, "DELETE", $"/session/{user.Lsid}"),
        ["end all by a session"] = (hub, user, caller) => hub.CallAsync(caller, "DELETE", $"/session/{user.Lsid}", "true"),
        ["set the password"] = (hub, user, caller) =>
            hub.CallAsync(
                caller, "PUT", $"/password/{Lsids.IdOf(user.Name)}",
                $$"""{"adminPassword":"{{Lsids.Password}}","newPassword":"Another-Pass-1234"}"""),
        ["act as"] = (hub, user, caller) =>
            hub.CallAsync(caller, "PUT", $"/session/{caller.Lsid}/setEffectiveUser", $"\"{Lsids.IdOf(user.Name)}\""),
    };

    [Test]
    public async Task L7_A_key_of_an_organization_does_nothing_to_a_user_who_has_rights_above_it()
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        await using var context = hub.NewContext();
        context.Add(new Membership
        {
            UserId = Guid.Parse(Lsids.IdOf("ed")),
            OrganizationId = "root",
            RoleId = await context.Roles.Where(role => role.Name == "org-admin").Select(role => role.Id).SingleAsync(),
        });
        await context.SaveChangesAsync();
        var key = new Caller(null, Lsids.Key);

        Assert.That(
            (await hub.CallAsync(key, "PUT", "/authenticate/block/ed", "{}")).Status, Is.EqualTo(404),
            "at home below the key's organization, with rights above it");
        Assert.That((await hub.Client.AuthenticateAsync("ed")).Status, Is.EqualTo(200));
        Assert.That((await hub.CallAsync(key, "PUT", "/authenticate/block/alice", "{}")).Status, Is.EqualTo(200), "all of hers are in it");
    }

    private static IEnumerable<object[]> Cases =>
        from verb in Verbs.Keys
        from caller in new[] { "alice", "key" }
        where caller != "key" || verb is not ("set the password" or "act as")
        select new object[] { verb, caller };

    [TestCaseSource(nameof(Cases))]
    public async Task L7_Nobody_does_anything_to_a_user_with_more_rights(string verb, string callerName)
    {
        await using var hub = await Hub.StartAsync(Config, kind);
        var caller = callerName == "key" ? new Caller(null, WholeKey) : new Caller(await hub.Client.LsidAsync(callerName), null);
        var (ada, bob) = (new Target("ada", await hub.Client.LsidAsync("ada")), new Target("bob", await hub.Client.LsidAsync("bob")));

        var refused = await Verbs[verb](hub, ada, caller);
        var allowed = await Verbs[verb](hub, bob, caller);

        Assert.That(refused.Status, Is.EqualTo(404).Or.EqualTo(403).Or.EqualTo(400), $"{verb}: {refused}");
        Assert.That(allowed.Status, Is.EqualTo(200).Or.EqualTo(204), $"somebody without rights, in the same organization: {allowed}");
        Assert.That((await hub.Client.ShowAsync(ada.Lsid)).Status, Is.EqualTo(200), "nothing of hers has ended");
        Assert.That(
            (await hub.Client.AuthenticateAsync("ada")).Status, Is.EqualTo(200), "she is not blocked, and her password is the same");
    }
}

/// <summary>A user to whom something is done, with a session of theirs.</summary>
internal sealed record Target(string Name, string Lsid);

/// <summary>Who does it: a login session or an API key.</summary>
internal sealed record Caller(string? Lsid, string? Key);

internal static class RankCalls
{
    public static Task<Answer> CallAsync(this Hub hub, Caller caller, string method, string path, string? body = null) =>
        caller.Lsid is { } lsid
            ? hub.Client.CallAsync(method, $"{path};lsid={lsid}", body)
            : hub.Client.CallAsync(method, path, body, "application/json", ("X-API-Key", caller.Key!));
}
