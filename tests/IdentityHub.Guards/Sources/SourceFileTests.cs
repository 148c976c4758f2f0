using NUnit.Framework;

namespace IdentityHub.Guards.Sources;

public class SourceFileTests
{
    [TestCase("a(); // b", "a(); ")]
    [TestCase("a(/* b */);", "a();")]
    [TestCase("a(\"b // c\");", "a();")]
    [TestCase("a(\"\\\"b\");", "a();")]
    [TestCase("a('\"', b);", "a(, b);")]
    [TestCase("a('\\u0000', b);", "a(, b);")]
    [TestCase("a(@\"b\"\"c\");", "a();")]
    [TestCase("a(\"\"\"b \"c\" d\"\"\");", "a();")]
    [TestCase("a($\"{b[\"c\"]} d\");", "a($\"{b[\"c\"]} d\");")]
    public void Code_is_what_is_left_without_comments_and_literals(string text, string code) =>
        Assert.That(new SourceFile("a.cs", text).Code, Is.EqualTo(code));

    [Test]
    public void The_repository_is_found() =>
        Assert.That(
            Repository.Paths,
            Does.Contain("src/IdentityHub.Storage/HubDatabase.cs").And.No.Member("src/IdentityHub.Storage/obj/project.assets.json"));
}
