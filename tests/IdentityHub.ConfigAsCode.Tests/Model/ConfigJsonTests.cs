using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Model;

/// <summary>What an older version has stored lacks the members that came later: they have their defaults. ASSURANCE F5.</summary>
public class ConfigJsonTests
{
    [Test]
    public void A_member_that_is_missing_has_its_default()
    {
        var client = JsonSerializer.Deserialize("""{"client_id":"web"}""", ConfigJson.Default.ClientDefinition)!;

        Assert.That(client.SuspendedDialects, Is.Not.Null.And.Empty);
        Assert.That(client.AuthorizationCodeLifetime, Is.EqualTo(TimeSpan.FromSeconds(60)));
    }

    // Code that is generated for reading sets every member that is init-only, those that are missing to null or zero.
    [Test]
    public void No_member_with_a_default_is_init_only()
    {
        var faults = new List<string>();
        foreach (var type in typeof(ConfigJson).Assembly.GetTypes().Where(IsStored))
        {
            var made = Activator.CreateInstance(type)!;
            faults.AddRange(
                from property in type.GetProperties()
                where property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true
                let missing = property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null
                where !Equals(property.GetValue(made), missing)
                select $"{type.Name}.{property.Name}");
        }

        Assert.That(faults, Is.Empty);
    }

    private static bool IsStored(Type type) =>
        type is { IsAbstract: false, ContainsGenericParameters: false } && type.GetConstructor([]) is not null
        && ConfigJson.Default.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object };
}
