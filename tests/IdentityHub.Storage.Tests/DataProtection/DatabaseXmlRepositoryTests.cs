using System.Text;
using System.Xml.Linq;
using IdentityHub.Storage.DataProtection;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.DataProtection;

[Spec("ASSURANCE", "C9")]
public class DatabaseXmlRepositoryTests(DatabaseKind kind) : DatabaseTests(kind)
{
    private static readonly byte[] Root = Given.Hash();

    [Test]
    public void What_one_node_stores_another_reads_in_the_same_order()
    {
        var elements = Enumerable.Range(1, 5).Select(i => new XElement("key", new XAttribute("id", i), "secret ö €")).ToList();
        using var protector = new KeyProtector(Root);
        foreach (var element in elements)
            Repository(Database, protector).StoreElement(element, $"key-{element.Attribute("id")!.Value}");

        using var sameKey = new KeyProtector(Root);
        var read = Repository(Storage.Open(), sameKey).GetAllElements();

        Assert.That(read.Select(element => element.ToString()), Is.EqualTo(elements.Select(element => element.ToString())));
    }

    [Test, Spec("ASSURANCE", "C8")]
    public async Task A_stored_key_cannot_be_read_in_the_database()
    {
        using var protector = new KeyProtector(Root);
        Repository(Database, protector).StoreElement(new XElement("masterKey", "AAAA-secret"), "key-1");

        await using var context = NewContext();
        var stored = await context.DataProtectionKeys.SingleAsync();

        Assert.That(Encoding.Latin1.GetString(stored.WrappedXml), Does.Not.Contain("secret").And.Not.Contain("masterKey"));
    }

    private static DatabaseXmlRepository Repository(HubDatabase database, KeyProtector protector) =>
        new(database, protector);
}
