using System.Text;
using System.Text.Json;
using IdentityHub.Storage.Users;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Claims;

/// <summary>What a definition makes of a source.</summary>
public class ClaimConversionTests
{
    private static readonly UserDetails Alice = new(
        new UserProfile(
            Guid.Parse("11111111-1111-4111-8111-111111111111"), "4711", "Alice", "Archer", "en-ZA", "alice@example.com", true, null, false,
            null, "acme", DateTimeOffset.UnixEpoch),
        "acme")
    {
        OrganizationName = "Acme",
        CustomData = """{"work":{"department":"Sales","level":7,"manager":true,"none":{}},"flat":"{\"a\":1}","size":"12.5","broken":"\"\\ud800\"","keyed":"{\"\\udc00\":1}"}""",
        Roles = ["org-admin", "reader"],
        Permissions = ["session.read"],
        ImportedClaims = [new("group", "a"), new("group", "b"), new("staff", "true")],
    };

    [TestCase("source: attribute, path: user_name", "\"4711\"")]
    [TestCase("source: attribute, path: user_name, type: number", "4711")]
    [TestCase("source: attribute, path: name", "\"Alice Archer\"")]
    [TestCase("source: attribute, path: email_verified", "true")]
    [TestCase("source: attribute, path: email_verified, type: string", "\"true\"")]
    [TestCase("source: attribute, path: phone_number", null)]
    [TestCase("source: attribute, path: given_name, type: number", null, Description = "no number")]
    [TestCase("source: attribute, path: updated_at, type: array", "[0]")]
    [TestCase("source: custom_data, path: work.department", "\"Sales\"")]
    [TestCase("source: custom_data, path: work.department, type: array", "[\"Sales\"]")]
    [TestCase("source: custom_data, path: work.level", "7")]
    [TestCase("source: custom_data, path: work.level, type: string", "\"7\"")]
    [TestCase("source: custom_data, path: work.manager, type: boolean", "true")]
    [TestCase("source: custom_data, path: work.level, type: boolean", null)]
    [TestCase("source: custom_data, path: size, type: number", "12.5")]
    [TestCase("source: custom_data, path: flat, type: json", "{\"a\":1}")]
    [TestCase("source: custom_data, path: work.department, type: json", null, Description = "no JSON")]
    [TestCase("source: custom_data, path: broken, type: json", null, Description = "an escape that encodes no character")]
    [TestCase("source: custom_data, path: broken", "\"\\u0022\\\\ud800\\u0022\"", Description = "as text it is text")]
    [TestCase("source: custom_data, path: keyed, type: json", null)]
    [TestCase("source: custom_data, path: work.nobody.there", null)]
    [TestCase("source: custom_data, path: work.department.deeper", null)]
    [TestCase("source: imported_claim, path: group", "[\"a\",\"b\"]")]
    [TestCase("source: imported_claim, path: group, type: string", "\"a b\"")]
    [TestCase("source: imported_claim, path: staff", "\"true\"")]
    [TestCase("source: imported_claim, path: staff, type: boolean", "true")]
    [TestCase("source: imported_claim, path: staff, type: array", "[\"true\"]")]
    [TestCase("source: imported_claim, path: nobody", null)]
    [TestCase("source: roles", "[\"org-admin\",\"reader\"]")]
    [TestCase("source: roles, type: string", "\"org-admin reader\"")]
    [TestCase("source: permissions", "[\"session.read\"]")]
    [TestCase("source: organization_id", "\"acme\"")]
    [TestCase("source: organization_name, type: array", "[\"Acme\"]")]
    [TestCase("source: static, value: { a: [1, 0x1F, 0o17, 1.5, true, null, \"x\"] }", "{\"a\":[1,31,15,1.5,true,null,\"x\"]}")]
    [TestCase("source: static, value: \"007\"", "\"007\"")]
    [TestCase("source: static, value: 123456789012345678901234567890", "123456789012345678901234567890")]
    public void A_value_is_what_source_and_type_say(string definition, string? json)
    {
        using var folder = new ConfigFolder().With(
            "a.yaml", $"claims: [{{ name: c, {definition} }}]\nscopes: [{{ name: s, claims: [c] }}]");
        var loaded = folder.Load();
        Assert.That(loaded.Faults, Is.Empty);
        var catalog = new ClaimCatalog(loaded.Document!);

        Assert.That(
            Json(ClaimValues.Of(Alice, catalog.OfUserinfo(["s"], []), int.MaxValue, out _)),
            Is.EqualTo(json is null ? "{}" : $"{{\"c\":{json}}}"));
    }

    [Test]
    public void What_does_not_fit_into_a_token_is_left_out_and_named()
    {
        using var folder = new ConfigFolder().With(
            "a.yaml",
            """
            claims:
            - { name: long, source: custom_data, path: long }
            - { name: wide, source: custom_data, path: wide }
            scopes: [{ name: s, claims: [long, wide, roles] }]
            """);
        var claims = new ClaimCatalog(folder.Load().Document!).OfAccessToken(["s"], []);
        var user = Alice with
        {
            CustomData = $$"""{"long":"{{new string('x', ClaimValues.MaxTokenLength)}}","wide":"{{new string('é', 1100)}}"}""",
        };

        var values = ClaimValues.Of(user, claims, ClaimValues.MaxTokenLength, out var leftOut);

        Assert.That(leftOut, Is.EqualTo(["long", "wide"]), "é takes six bytes");
        Assert.That(values.Select(claim => claim.Key), Is.EqualTo(["roles"]));
        Assert.That(ClaimValues.Of(user, claims, int.MaxValue, out _), Has.Count.EqualTo(3));
    }

    [TestCase("x")]
    [TestCase("é😀<&+'`\"")]
    public void The_length_of_a_value_is_never_less_than_what_is_written(string text)
    {
        foreach (var value in new object[] { text, (IReadOnlyList<string>)[text, text], JsonElement.Parse(JsonSerializer.Serialize(text)) })
            Assert.That(ClaimJson.LengthOf(value), Is.AtLeast(Json([new("", value)]).Length - "{\"\":}".Length));
    }

    private static string Json(IReadOnlyList<KeyValuePair<string, object>> claims)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            ClaimJson.Write(json, claims);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
