using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NSwag;
using NSwag.CodeGeneration.CSharp;
using NSwag.CodeGeneration.OperationNameGenerators;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>The OpenAPI documents as tools read them that nobody here wrote: a linter, and generators of clients.</summary>
[Spec("contracts/service-user-and-client-accounts.md", "OpenAPI")]
[Parallelizable(ParallelScope.Self)]
public class ApiDocumentTests
{
    private const string TenantKey = "TEST_B4BYA15POHYQ284HBND1";

    // What a program adds to the client: a member that is not set is left out. Otherwise it would be sent as null, which clears.
    private const string Addition =
        """
        namespace Generated
        {
            public partial class HubApi
            {
                static partial void UpdateJsonSerializerSettings(System.Text.Json.JsonSerializerOptions settings) =>
                    settings.DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull;
            }
        }
        """;

    // Calls that must succeed with the shipped configuration, in an order in which they can; all others must answer what they document.
    private static readonly string[] Succeeding =
    [
        "discovery", "keys", "token", "introspect", "revoke", "authorizeDevice", "hashSecretToken", "hashSecretTokenOlderPath", "tokenV2",
        "sendOtp", "loginServiceUser", "signUpClient", "loginClient", "changeClient", "deleteClient", "loginLsid", "getSession",
        "cloneSession", "createTenantUser", "upsertTenantUser", "lookUpTenantUser", "lookUpUserByReferralCode", "lookUpReferralCode",
        "listReferrals", "requestPasswordReset", "endSession",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("hub-documents-").FullName;
    private ReadmeServer _server = null!;
    private ApiDocument _applications = null!;
    private ApiDocument _administration = null!;

    [OneTimeSetUp]
    public async Task ReadAsync()
    {
        _server = await Servers.GetDocumentedAsync();
        _applications = await ApiDocument.ReadAsync(_server, "/docs/openapi.json", _folder);
        _administration = await ApiDocument.ReadAsync(_server, "/docs/admin/openapi.json", _folder);
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public Task The_linter_finds_nothing() => NodeScript.RunAsync("openapi/lint.mjs", _applications.File, _administration.File);

    [Test]
    public void The_linter_finds_a_call_without_a_name()
    {
        var broken = Path.Combine(_folder, "broken.json");
        File.WriteAllText(broken, _administration.Text.Replace("\"operationId\"", "\"x-operationId\"", StringComparison.Ordinal));
        Assert.That(
            async () => await NodeScript.RunAsync("openapi/lint.mjs", broken),
            Throws.InvalidOperationException.With.Message.Contains("operation-operationId"));
    }

    [Test]
    public Task A_generated_TypeScript_client_compiles() =>
        NodeScript.RunAsync("openapi/types.mjs", _applications.File, _administration.File);

    [Test]
    public async Task A_generated_CSharp_client_calls_every_endpoint_and_is_answered_as_documented()
    {
        var document = await OpenApiDocument.FromJsonAsync(_applications.Text);
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "HubApi",
            UseBaseUrl = false,
            OperationNameGenerator = new SingleClientFromOperationIdOperationNameGenerator(),
        };
        settings.CSharpGeneratorSettings.Namespace = "Generated";
        settings.CSharpGeneratorSettings.JsonLibrary = NJsonSchema.CodeGeneration.CSharp.CSharpJsonLibrary.SystemTextJson;
        var source = new CSharpClientGenerator(document, settings).GenerateFile() + Environment.NewLine + Addition;
        var client = CSharpProgram.Load(source).GetType("Generated.HubApi")!;

        var known = new Dictionary<string, string>
        {
            ["TENANT_API_KEY"] = TenantKey,
            ["USER_ID"] = InteropConfig.AliceId,
            ["CLIENT_ACCESS_TOKEN"] = await ClientTokenAsync(),
        };
        List<string> wrong = [];
        foreach (var operation in InOrder())
        {
            using var http = new HttpClient(new Credentials(operation, known)) { BaseAddress = _server.Client.BaseAddress };
            var api = Activator.CreateInstance(client, http)!;
            var status = await CallAsync(api, operation, known);
            if (!operation.Statuses.Contains(status) || (Succeeding.Contains(operation.Id) && status >= 300))
                wrong.Add($"{operation}: {status}");
        }

        Assert.That(wrong, Is.Empty, _server.Output);
    }

    // The token of a client that may have one-time passwords sent.
    private async Task<string> ClientTokenAsync()
    {
        using var body = new StringContent("""{"grant_type":"client_credentials","client_id":"abc123","client_secret":"456789"}""");
        using var answer = await _server.Client.PostAsync(new Uri("/oauth/v2/token", UriKind.Relative), body);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!.GetValue<string>();
    }

    private IEnumerable<ApiOperation> InOrder() => _applications.Operations
        .OrderBy(operation => Array.IndexOf(Succeeding, operation.Id) is >= 0 and var place ? place : int.MaxValue)
        .ThenBy(operation => operation.Id, StringComparer.Ordinal);

    // Null for what the document does not require, the example for all else.
    private static async Task<int> CallAsync(object api, ApiOperation operation, Dictionary<string, string> known)
    {
        var method = api.GetType().GetMethods().Single(method =>
            method.Name.Equals($"{operation.Id}Async", StringComparison.OrdinalIgnoreCase)
            && method.GetParameters().LastOrDefault()?.ParameterType == typeof(CancellationToken));
        var arguments = method.GetParameters().Select(parameter => ArgumentOf(parameter, operation, known)).ToArray();
        try
        {
            var call = (Task)method.Invoke(api, arguments)!;
            await call;
            if (call.GetType().GetProperty("Result")?.GetValue(call) is { } answer)
                Remember(operation, JsonSerializer.SerializeToNode(answer, answer.GetType())!, known);
            return operation.Statuses.First(status => status < 300);
        }
        catch (Exception refused) when (refused.GetType().Name.StartsWith("ApiException", StringComparison.Ordinal))
        {
            return (int)refused.GetType().GetProperty("StatusCode")!.GetValue(refused)!;
        }
    }

    private static object? ArgumentOf(ParameterInfo parameter, ApiOperation operation, Dictionary<string, string> known)
    {
        if (parameter.ParameterType == typeof(CancellationToken))
            return CancellationToken.None;
        if (parameter.Name == "body")
            return BodyOf(parameter.ParameterType, operation, known);
        var described = operation.Json.GetProperty("parameters").EnumerateArray().Single(described =>
            described.GetProperty("name").GetString()!.Replace('-', '_').Equals(parameter.Name, StringComparison.OrdinalIgnoreCase));
        if (!described.TryGetProperty("required", out var required) || !required.GetBoolean())
            return null;
        var name = described.GetProperty("name").GetString()!;
        var text = described.TryGetProperty("example", out var example)
            ? example.ToString()
            : known.GetValueOrDefault(PlaceholderOf(name), "none");
        return parameter.ParameterType == typeof(Guid) ? Guid.Parse(text) : text;
    }

    private static object? BodyOf(Type type, ApiOperation operation, Dictionary<string, string> known)
    {
        var media = operation.Json.GetProperty("requestBody").GetProperty("content").EnumerateObject().First().Value;
        if (!media.TryGetProperty("example", out var example))
            return Activator.CreateInstance(type);
        var text = known.Aggregate(example.GetRawText(), (text, value) =>
            text.Replace($"\"{value.Key}\"", JsonSerializer.Serialize(value.Value), StringComparison.Ordinal));
        return JsonSerializer.Deserialize(text, type);
    }

    private static void Remember(ApiOperation operation, JsonNode answer, Dictionary<string, string> known)
    {
        foreach (var (member, placeholder) in new[]
            {
                ("api_token", "API_TOKEN"), ("client_token", "CLIENT_TOKEN"), ("sessionId", "SESSION_ID"), ("access_token", "ACCESS_TOKEN"),
            })
        {
            if (operation.Id != "cloneSession" && answer[member]?.GetValue<string>() is { } value)
                known[placeholder] = value;
        }

        if (operation.Id == "token")
            known["TOKEN"] = known["ACCESS_TOKEN"];
    }

    private static string PlaceholderOf(string name) =>
        string.Concat(name.Select(letter => char.IsUpper(letter) ? $"_{letter}" : letter == '-' ? "" : $"{letter}")).TrimStart('_')
            .ToUpperInvariant();

    // What a program of the generated client has to add: the credential that the document asks for.
    private sealed class Credentials(ApiOperation operation, Dictionary<string, string> known)
        : DelegatingHandler(new HttpClientHandler { AllowAutoRedirect = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var value = operation.Schemes.FirstOrDefault() switch
            {
                "bearer" when operation.Path.StartsWith("/v1/", StringComparison.Ordinal) => $"Bearer {known["API_TOKEN"]}",
                "bearer" when operation.Id is "sendOtp" => $"Bearer {known["CLIENT_ACCESS_TOKEN"]}",
                "bearer" => $"Bearer {known["ACCESS_TOKEN"]}",
                "client" when operation.Id is "introspect" => Basic("orders:orders-secret"),
                "client" when operation.Id is "revoke" or "pushAuthorizationRequest" => Basic("demo-machine:demo-machine-secret"),
                "tenant" => Basic($":{TenantKey}"),
                "session" => $"Bearer {known["SESSION_ID"]}",
                _ => null,
            };
            if (value is not null)
                request.Headers.TryAddWithoutValidation("Authorization", value);
            return base.SendAsync(request, cancellationToken);
        }

        private static string Basic(string pair) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}";
    }
}
