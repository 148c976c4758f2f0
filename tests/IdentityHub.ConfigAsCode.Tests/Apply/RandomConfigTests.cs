using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Apply;

/// <summary>
/// Random valid configurations, each an edit of the one before on the same database: the plan of the edit gives exactly the edited state,
/// and what is exported is applied again to nothing.
/// </summary>
public class RandomConfigTests(DatabaseKind kind) : ApplyTests(kind)
{
    private static readonly string[] s_words =
    [
        "a", "Z9", "\"", "\\", "#", " #", ": ", "- ", "é", "😀", "{", "}", "'", "true", "1", "null", "~", " ", "[", ",", "&a", "*a", "!t",
        "%", "@", "`", "|", ">", "?", "\u2028", "\u00a0", "="
    ];

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly DatabaseKind _kind = kind;

    [Test]
    public void The_plan_of_an_edit_gives_the_edited_state_and_its_export_is_applied_to_nothing() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(_kind == DatabaseKind.Sqlite ? 60 : 5),
            Prop.ForAll(Arb.From(Configurations()), configuration => HoldsAsync(configuration).GetAwaiter().GetResult()));

    private async Task<bool> HoldsAsync(JsonObject configuration)
    {
        using var folder = new ConfigFolder().With("all.yaml", configuration.ToJsonString(s_json));
        var document = Load(folder);
        var file = new PlanFile(Protector);
        var result = await new ConfigApplier(Database, Protector, Hasher, Time).ApplyAsync(
            file.Read(file.Write(await PlanAsync(document))), Cancellation);
        Assert.That(result.Refusals, Is.Empty);
        Assert.That((await PlanAsync(document)).Changes, Is.Empty);

        using var exported = new ConfigFolder();
        await ExportAsync(exported, folder);
        Assert.That((await PlanAsync(Load(exported))).Changes, Is.Empty, configuration.ToJsonString());

        // Over a file that says something else: what it says more is cut out, what differs is written anew.
        exported
            .With("other.yaml", "# kept\nscopes:\n  - name: s0\n    description: another\n  # about s9\n  - { name: s9 }\n")
            .With("all.yaml", "{}");
        await ExportAsync(exported, folder);
        Assert.That((await PlanAsync(Load(exported))).Changes, Is.Empty, configuration.ToJsonString());
        return true;
    }

    private async Task ExportAsync(ConfigFolder target, ConfigFolder origin)
    {
        var context = new ConfigContext(ConfigContext.Development, target.Environment.GetValueOrDefault, Time);
        var export = await new ConfigExporter(Database, Protector).ExportAsync(target.DirectoryPath, context, Cancellation);
        foreach (var variable in export.Variables)
            target.Environment[variable] = Key(int.Parse(variable["HUB_TENANTS_T".Length..].Split('_')[0], null));
        foreach (var (name, text) in export.Files)
            target.With(name, text);
    }

    private Task<ConfigPlan> PlanAsync(ConfigDocument document) =>
        new ConfigPlanner(Database, Protector).PlanAsync(document, ConfigContext.Development, prune: true, Cancellation);

    private static ConfigDocument Load(ConfigFolder folder)
    {
        var loaded = folder.Load();
        Assert.That(loaded.Faults, Is.Empty);
        return loaded.Document!;
    }

    private static string Key(int tenant) => $"tenant-key-0123456789-{tenant}";

    private static Gen<JsonObject> Configurations() =>
        from organizations in Some(3, i =>
            With(new JsonObject { ["id"] = $"o{i}" }, ("name", Text(), 1), ("enabled", Gen.Constant<JsonNode>(false), 3)))
        from roles in Some(3, i =>
            With(
                new JsonObject { ["name"] = $"r{i}" }, ("description", Text(), 2),
                ("permissions", Gen.Constant<JsonNode>("session.read").Select(List), 2)))
        from scopes in Some(4, i =>
            With(
                new JsonObject { ["name"] = $"s{i}" }, ("display_name", Text(), 2),
                ("claims", Gen.Elements("email", "name", "static").Select(name => List(name)), 3)))
        from values in Value()
        from tenants in Some(2, i =>
            With(
                new JsonObject { ["alias"] = $"t{i}", ["api_keys"] = new JsonArray(new JsonObject { ["value"] = "plain:" + Key(i) }) },
                ("require_exp", Gen.Constant<JsonNode>(true), 2)))
        from clients in Some(4, Client)
        select new JsonObject
        {
            ["organizations"] = organizations,
            ["roles"] = roles,
            ["scopes"] = scopes,
            ["claims"] = new JsonArray(
                new JsonObject { ["name"] = "static", ["source"] = "static", ["value"] = values.DeepClone() }),
            ["api_resources"] = new JsonArray(new JsonObject { ["name"] = "api", ["claims"] = new JsonArray("static") }),
            ["tenants"] = tenants,
            ["clients"] = clients,
        };

    private static Gen<JsonObject> Client(int number) =>
        With(
            new JsonObject
            {
                ["client_id"] = $"c{number}",
                ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
                ["redirect_uris"] = new JsonArray("https://a.example/cb"),
            },
            ("client_secrets",
                Gen.Choose(1, 9)
                    .ListOf(2)
                    .Select(secrets =>
                        (JsonNode)new JsonArray([.. secrets.Select(secret => new JsonObject { ["value"] = $"plain:secret-{secret}" })])),
                1),
            ("client_name", Text(), 2),
            ("require_consent", Gen.Constant<JsonNode>(true), 2),
            ("require_pkce", Gen.Elements(true, false).Select(required => (JsonNode)required), 2),
            ("access_token_format", Gen.Elements("jwt", "reference").Select(format => (JsonNode)format), 2),
            ("access_token_lifetime", Gen.Choose(1, 1000).Select(seconds => (JsonNode)$"{seconds}s"), 2),
            ("claims",
                Value().Select(value => (JsonNode)new JsonArray(new JsonObject { ["name"] = "own", ["value"] = value.DeepClone() })), 2),
            ("scope", Gen.Elements("openid", "openid profile", "offline_access openid").Select(scope => (JsonNode)scope), 2),
            ("refresh_token",
                Gen.Choose(1, 9).Select(days => (JsonNode)new JsonObject { ["idle_lifetime"] = $"{days}d", ["rotation"] = days % 2 == 0 }),
                2));

    // Each of the first numbers or not.
    private static Gen<JsonArray> Some(int most, Func<int, Gen<JsonObject>> make) =>
        from chosen in Gen.Elements(true, false).ListOf(most)
        from objects in Enumerable.Range(0, most).Where(i => chosen[i]).Aggregate(
            Gen.Constant<JsonObject[]>([]),
            (made, i) =>
                from before in made
                from one in make(i)
                select (JsonObject[])[.. before, one])
        select new JsonArray([.. objects]);

    // A key is there once in so many times.
    private static Gen<JsonObject> With(JsonObject start, params (string Key, Gen<JsonNode> Value, int OneIn)[] keys) =>
        keys.Aggregate(
            Gen.Constant(0).Select(_ => (JsonObject)start.DeepClone()),
            (made, key) =>
                from mapping in made
                from chosen in Gen.Choose(1, key.OneIn)
                from value in key.Value
                select chosen == 1 ? Set(mapping, key.Key, value) : mapping);

    private static JsonObject Set(JsonObject mapping, string key, JsonNode value)
    {
        var copy = (JsonObject)mapping.DeepClone();
        copy[key] = value.DeepClone();
        return copy;
    }

    private static Gen<JsonNode> Text() => Gen.Elements(s_words).ListOf(3).Select(words => (JsonNode)string.Concat(words));

    private static Gen<JsonNode> Value() => Gen.OneOf(
        Text(), Gen.Elements<JsonNode>(true, 1, -12.5, 1e300),
        Text().Select(text => (JsonNode)new JsonObject { [text.GetValue<string>()] = new JsonArray(text.DeepClone(), null, 7) }));

    private static JsonNode List(JsonNode item) => new JsonArray(item.DeepClone());
}
