using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Admin.Scim;

/// <summary>Who may call, and what the server says of itself.</summary>
[Spec("RFC 7644", "2")]
public class DirectoryCallerTests(DatabaseKind kind) : HubFixture(kind, Directories.Config)
{
    [Test]
    public async Task S2_Only_a_directory_of_an_organization_is_let_in()
    {
        var user = await Client.LoginAsync(TestClient.Public("app"));
        var callers = new (string Who, string? Bearer, int Status, string? Challenge)[]
        {
            ("a client of a directory", await Client.TokenAsync("entra"), 200, null),
            ("the same with a reference token", await Client.TokenAsync("entra-ref"), 200, null),
            ("an API key of an organization", Directories.Key, 200, null),
            ("nothing", null, 401, "Bearer realm=\"IdentityHub\""),
            ("an unknown key", "unknown-key-0123456789", 401, "invalid_token"),
            ("no token of this server", "eyJhbGciOiJub25lIn0.e30.", 401, "invalid_token"),
            ("a token without the scope", await Client.TokenAsync("entra", "orders"), 403, "insufficient_scope"),
            ("a token of a user", user["access_token"], 403, "insufficient_scope"),
            ("a key of no organization", "everywhere-key-0123456789", 403, null),
            ("a key without the permission", "reading-key-0123456789", 403, null),
            ("a directory of a disabled organization", await Client.TokenAsync("late"), 403, null),
        };

        foreach (var (who, bearer, status, challenge) in callers)
        {
            foreach (var path in new[] { Directories.Users, $"{Directories.Users}/{Directories.AliceId}", Directories.Groups })
            {
                var answer = await Client.ScimAsync(bearer, "GET", path);

                Assert.That(answer.Status, Is.EqualTo(status), $"{who}: {path} {answer.Body}");
                Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/scim+json; charset=utf-8"), who);
                Assert.That(answer.Header("WWW-Authenticate") ?? "", Does.Contain(challenge ?? ""), who);
                if (status != 200)
                    Assert.That(answer["status"], Is.EqualTo($"{status}"), who);
            }

            foreach (var path in new[] { Directories.Users, Directories.Groups, "/scim/v2/Bulk" })
            {
                var write = await Client.ScimAsync(bearer, "POST", path, "{}");
                Assert.That(write.Status, Is.EqualTo(status == 200 ? 400 : status), $"{who}: {path}");
            }
        }
    }

    [Test]
    [Spec("RFC 7644", "4")]
    public async Task The_server_says_what_it_supports()
    {
        var config = await Client.ScimAsync(null, "GET", "/scim/v2/ServiceProviderConfig");
        var types = await Client.ScimAsync(null, "GET", "/scim/v2/ResourceTypes");
        var schemas = await Client.ScimAsync(null, "GET", "/scim/v2/Schemas");

        Assert.Multiple(() =>
        {
            Assert.That(config["bulk"], Is.EqualTo("""{"supported":true,"maxOperations":100,"maxPayloadSize":65536}"""));
            Assert.That(config["sort"], Is.EqualTo("""{"supported":false}"""));
            Assert.That(types.Ids(), Is.EqualTo(["User", "Group"]));
            Assert.That(
                schemas.Ids(),
                Is.EqualTo(["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:core:2.0:Group"]));
        });
        foreach (var (method, path, status) in new[]
        {
            ("GET", "/scim/v2/ResourceTypes/User", 200), ("GET", "/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group", 200),
            ("GET", "/scim/v2/Schemas/urn:example:none", 404), ("GET", "/scim/v2/Schemas?filter=id%20pr", 403),
            ("POST", "/scim/v2/Schemas", 405), ("GET", "/scim/v2/Me", 501), ("PATCH", "/scim/v2/Me", 501), ("GET", "/scim/v2/Nothing", 404),
        })
        {
            var answer = await Client.ScimAsync(null, method, path);
            Assert.That(answer.Status, Is.EqualTo(status), path);
            Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/scim+json; charset=utf-8"), path);
        }
    }

    [Test]
    public async Task Calls_are_counted_for_each_directory_and_endpoint()
    {
        var answer = await Client.ScimAsync(await Client.TokenAsync("rival"), "GET", $"{Directories.Users}?count=0");

        Assert.That((answer.Header("RateLimit-Limit"), answer.Header("RateLimit-Remaining")), Is.EqualTo(("300", "299")));
    }
}
