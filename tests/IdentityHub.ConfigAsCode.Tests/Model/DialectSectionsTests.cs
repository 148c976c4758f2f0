using System.Reflection;
using System.Text.Json.Serialization;
using IdentityHub.Protocol.Vocabulary;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Model;

public class DialectSectionsTests
{
    [Test]
    public void Each_name_has_its_section() =>
        Assert.That(
            typeof(DialectsDefinition).GetProperties().Select(property => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name),
            Is.EquivalentTo(DialectNames.All));

    [Test]
    public void A_section_is_found_by_its_name()
    {
        var dialects = new DialectsDefinition { Lsid = new() { Enabled = true }, Otp = new() };

        Assert.Multiple(() =>
        {
            Assert.That(dialects.Find(DialectNames.Lsid), Is.SameAs(dialects.Lsid));
            Assert.That(dialects.Find(DialectNames.Otp), Is.SameAs(dialects.Otp));
            Assert.That(dialects.Find(DialectNames.OAuthV2), Is.Null);
            Assert.That(dialects.Find("soap"), Is.Null);
        });
    }
}
