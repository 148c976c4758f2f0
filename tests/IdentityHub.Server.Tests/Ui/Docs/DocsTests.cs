using System.Text.Json;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Ui.Docs;

/// <summary>The documentation is made of the endpoints that are open, and tries calls out only where that is allowed.</summary>
[Spec("contracts/service-user-and-client-accounts.md", "OpenAPI")]
public class DocsTests(DatabaseKind kind) : HubFixture(kind, ServiceUsers.Config)
{
    private const string DocumentPath = "/docs/openapi.json";

    private static readonly (string, string)[] Production =
        [("IdentityHub:Stage", "production"), ("IdentityHub:Passwords:Iterations", "220000"), ("IdentityHub:PlatformId", "acme")];

    [Test]
    public async Task The_document_names_every_call_of_the_dialects_that_are_on_and_the_main_ones_of_the_standard_endpoint()
    {
        var answer = await Client.GetAnswerAsync(DocumentPath);

        Assert.That((answer.Status, answer["openapi"]![..3]), Is.EqualTo((200, "3.1")));
        Assert.That(
            Calls(answer.Json),
            Is.SupersetOf([
                "post /v1/login/password", "post /v1/client/signup", "post /v1/client/login", "put /v1/client/{user_id}",
                "delete /v1/client/{user_id}",
                "post /connect/token", "post /connect/introspect", "post /connect/revocation", "get /connect/userinfo", "post /connect/par",
                "get /.well-known/openid-configuration",
                "get /connect/authorize", "post /connect/deviceauthorization", "get /connect/endsession",
            ]));
        Assert.That(Calls(answer.Json), Has.None.Contains("/admin/"), "administrators have a document of their own");
        Assert.That(Calls(answer.Json), Has.None.Contains("/oauth/v2/"), "that dialect is off");
        Assert.That(answer.Json.GetProperty("servers")[0].GetProperty("url").GetString(), Is.EqualTo(Installation.Issuer));
    }

    [Test]
    public async Task Its_examples_are_those_of_the_contract_and_work()
    {
        var paths = (await Client.GetAnswerAsync(DocumentPath)).Json.GetProperty("paths");
        var signUp = Example(paths, "/v1/client/signup", "post");

        Assert.That(
            Example(paths, "/v1/login/password", "post").GetRawText().Replace(" ", "", StringComparison.Ordinal).ReplaceLineEndings(""),
            Is.EqualTo("""{"username":"service_user","password":"xxxyyy-service"}"""));
        Assert.That(
            (signUp.GetProperty("user_id").GetString(), signUp.GetProperty("password").GetString()),
            Is.EqualTo(("80491f93-1eb1-42c2-b5e1-d2e94dac5ab9", "new_client")));
        var api = await Client.ApiTokenAsync();
        var made = await Client.CallAsync(HttpMethod.Post, "/v1/client/signup", signUp.GetRawText(), api);
        Assert.That(made.Status, Is.EqualTo(200));
        Assert.That(
            (await Client.CallAsync(HttpMethod.Post, "/v1/client/login", Example(paths, "/v1/client/login", "post").GetRawText(), api)
            ).Status,
            Is.EqualTo(200));
        var path = $"/v1/client/{signUp.GetProperty("user_id").GetString()}";
        Assert.That(
            (await Client.CallAsync(
                    HttpMethod.Put, path, Example(paths, "/v1/client/{user_id}", "put").GetRawText(), api, made["client_token"])
            ).Status,
            Is.EqualTo(200));
        Assert.That(
            (await Client.CallAsync(
                    HttpMethod.Delete, path, Example(paths, "/v1/client/{user_id}", "delete").GetRawText(), api, made["client_token"])
            ).Status,
            Is.EqualTo(204));
    }

    // As the page sends them: of a form it fills a field without an example with "string", and leaves an empty one out.
    [Test]
    public async Task Examples_of_token_and_login_calls_work_on_the_configuration_that_the_repository_ships()
    {
        await using var installation = await Installation.CreateAsync("", Kind);
        File.Delete(Path.Combine(installation.ConfigDirectory, "hub.yaml"));
        foreach (var file in Directory.EnumerateFiles(SourceTree.PathOf("config")))
            File.Copy(file, Path.Combine(installation.ConfigDirectory, Path.GetFileName(file)));
        var client = (await installation.StartNodeAsync()).Client;
        var paths = (await client.GetAnswerAsync(DocumentPath)).Json.GetProperty("paths");

        foreach (
            var path in new[] { "/connect/token", "/connect/deviceauthorization", "/oauth/v2/token", "/v1/login/password", "/api/token" })
        {
            var content = paths
                .GetProperty(path)
                .GetProperty("post")
                .GetProperty("requestBody")
                .GetProperty("content")
                .EnumerateObject()
                .First();
            var answer = content.Name == "application/json"
                ? await client.PostJsonAsync(path, content.Value.GetProperty("example").GetRawText())
                : await client.PostFormAsync(path, [.. ExamplesOf(content.Value.GetProperty("schema"))]);

            Assert.That(answer.Status, Is.EqualTo(200), $"{path}: {answer.Body}");
        }
    }

    private static IEnumerable<(string Name, string Value)> ExamplesOf(JsonElement schema) =>
        schema
            .GetProperty("properties")
            .EnumerateObject()
            .Select(field =>
                (field.Name, Value: field.Value.TryGetProperty("examples", out var examples) ? examples[0].GetString()! : "string"))
            .Where(field => field.Value.Length > 0);

    [Test]
    public async Task A_call_is_described_by_the_fields_that_its_endpoint_reads()
    {
        var signUp = (await Client.GetAnswerAsync(DocumentPath))
            .Json.GetProperty("paths")
            .GetProperty("/v1/client/signup")
            .GetProperty("post");
        var schema = signUp.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");

        Assert.That(
            schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()),
            Is.EquivalentTo(["user_id", "email", "name", "password"]));
        Assert.That(
            schema.GetProperty("properties").EnumerateObject().Select(member => member.Name),
            Is.EquivalentTo(["user_id", "email", "name", "password", "phone_number", "custom_data"]));
        Assert.That(schema.GetProperty("additionalProperties").GetBoolean(), Is.False);
        Assert.That(
            signUp.GetProperty("responses").EnumerateObject().Select(answer => answer.Name),
            Is.EquivalentTo(["200", "400", "401", "403", "409", "429"]));
        Assert.That(signUp.GetProperty("security")[0].EnumerateObject().Single().Name, Is.EqualTo("bearer"));
    }

    [Test]
    [Spec("contracts/lsid-sessions.md", "A session, as it is shown")]
    public async Task A_session_is_shown_as_the_endpoint_shows_it_and_may_be_asked_for_by_its_LSID_or_with_an_API_key()
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, Kind);
        var session = await hub.Client.CallAsync("POST", "/authenticate/alice", $$"""{"password":"{{Lsids.Password}}"}""");
        var show = (await hub.Client.GetAnswerAsync(DocumentPath))
            .Json.GetProperty("paths")
            .GetProperty("/session/{sessionId}")
            .GetProperty("get");
        JsonElement ExampleOf(string status, string name) =>
            show.GetProperty("responses")
                .GetProperty(status)
                .GetProperty("content")
                .GetProperty("application/json")
                .GetProperty("examples")
                .GetProperty(name)
                .GetProperty("value");

        Assert.That(
            ExampleOf("200", "session").EnumerateObject().Select(member => member.Name),
            Is.EqualTo(session.Json.EnumerateObject().Select(member => member.Name)));
        Assert.That(
            ExampleOf("404", "error").GetRawText().Replace(" ", "", StringComparison.Ordinal).ReplaceLineEndings(""),
            Is.EqualTo("""{"code":404,"message":"Thereisnosuchsession."}"""));
        Assert.That(
            show.GetProperty("security").EnumerateArray().Select(scheme => scheme.EnumerateObject().Single().Name),
            Is.EqualTo(["session", "apiKey"]));
    }

    [Test]
    public async Task The_page_tries_calls_out_on_development_and_runs_nothing_from_elsewhere()
    {
        var page = await Client.GetAnswerAsync("/docs/try/index.html");
        var script = await Client.GetAnswerAsync("/docs/try/index.js");

        Assert.That((page.Status, script.Status), Is.EqualTo((200, 200)));
        Assert.That(page.Body, Does.Contain("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"));
        Assert.That(script.Body, Does.Contain("openapi.json").And.Not.Contain("\"supportedSubmitMethods\":[]"));
        Assert.That(
            page.Header("Content-Security-Policy"),
            Does.Contain("default-src 'none'").And.Contain("connect-src 'self'").And.Not.Contain("unsafe"));
        Assert.That((page.Header("X-Content-Type-Options"), page.Header("X-Frame-Options")), Is.EqualTo(("nosniff", "DENY")));
        Assert.That((await Client.GetAnswerAsync("/docs/try")).Status, Is.EqualTo(301));
    }

    [Test]
    public async Task In_production_the_page_is_for_reading_and_the_servers_are_the_two_installations()
    {
        await using var hub = await StartHubAsync(Production);

        Assert.That((await hub.Client.GetAnswerAsync("/docs/try/index.js")).Body, Does.Contain("\"supportedSubmitMethods\":[]"));
        Assert.That(
            Servers((await hub.Client.GetAnswerAsync(DocumentPath)).Json),
            Is.EqualTo(["https://api.acme.platform.io", "https://api.staging.acme.platform.io"])
        );
    }

    [Test]
    public async Task On_staging_the_page_tries_calls_out_on_staging()
    {
        await using var hub = await StartHubAsync([.. Production[1..], ("IdentityHub:Stage", "staging")]);

        Assert.That((await hub.Client.GetAnswerAsync("/docs/try/index.js")).Body, Does.Not.Contain("\"supportedSubmitMethods\":[]"));
        Assert.That(
            Servers((await hub.Client.GetAnswerAsync(DocumentPath)).Json),
            Is.EqualTo(["https://api.staging.acme.platform.io", "https://api.acme.platform.io"])
        );
    }

    private static IEnumerable<string> Calls(JsonElement document) =>
        document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(call => $"{call.Name} {path.Name}"));

    private static IEnumerable<string?> Servers(JsonElement document) =>
        document.GetProperty("servers").EnumerateArray().Select(server => server.GetProperty("url").GetString());

    private static JsonElement Example(JsonElement paths, string path, string method) =>
        paths
            .GetProperty(path)
            .GetProperty(method)
            .GetProperty("requestBody")
            .GetProperty("content")
            .GetProperty("application/json")
            .GetProperty("example");
}
