using IdentityHub.Storage.Users;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Users;

public class EmailAddressTests
{
    [TestCase("a@b.test")]
    [TestCase("first.last+tag@sub.example.com")]
    [TestCase("o'brien_!#$%&*/=?^`{|}~-@example.com")]
    [TestCase("müller@bücher.example")]
    [TestCase("a@localhost")]
    public void Is_one(string address) => Assert.That(EmailAddress.IsValid(address), Is.True);

    [TestCase("")]
    [TestCase("a")]
    [TestCase("@b.test")]
    [TestCase("a@")]
    [TestCase("a@b@c.test")]
    [TestCase(".a@b.test")]
    [TestCase("a..b@c.test")]
    [TestCase("a b@c.test")]
    [TestCase("a@b.test,c@d.test")]
    [TestCase("a@b.test;c")]
    [TestCase("a@b.test\r\nBcc: c@d.test")]
    [TestCase("\"a\"@b.test")]
    [TestCase("<a@b.test>")]
    [TestCase("a@[127.0.0.1]")]
    [TestCase("a@-b.test")]
    [TestCase("a@b-.test")]
    [TestCase("a@b.")]
    [TestCase("a\u0000@b.test")]
    [TestCase("a\uFF20b@c.test", Description = "a second at sign after normalization")]
    public void Is_none(string address) => Assert.That(EmailAddress.IsValid(address), Is.False);

    [Test]
    public void Neither_what_was_typed_nor_what_is_compared_is_longer_than_its_column()
    {
        Assert.That(EmailAddress.IsValid(new string('a', 65) + "@b.test"), Is.False);
        Assert.That(EmailAddress.IsValid("a@" + string.Join('.', Enumerable.Repeat(new string('b', 60), 5))), Is.False);
        Assert.That(EmailAddress.IsValid(new string('\uFDFA', 20) + "@b.test"), Is.False, "eighteen characters each when normalized");
    }
}
