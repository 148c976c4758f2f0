using IdentityHub.Storage.Users;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Users;

public class UserPolicyTests
{
    [TestCase("new_client", Description = "the example of the contract")]
    [TestCase("correct horse battery staple")]
    [TestCase("ääääääää")]
    public void A_password_that_nobody_tries_first_is_good(string password) => Assert.That(UserPolicy.FaultOf(password), Is.Null);

    [TestCase("1234567", "fewer")]
    [TestCase("12345678", "common")]
    [TestCase("QwertyUIOP", "common")]
    [TestCase("password123", "common")]
    [TestCase("\uFF50\uFF41\uFF53\uFF53\uFF57\uFF4F\uFF52\uFF44", "common", Description = "full width")]
    public void A_bad_one_is_named_for_what_it_is(string password, string word) =>
        Assert.That(UserPolicy.FaultOf(password), Does.Contain(word));

    [Test]
    public void Bytes_count_for_the_longest() => Assert.That(UserPolicy.FaultOf(new string('ä', 513)), Does.Contain("1024 bytes"));

    [Test]
    public void The_user_name_is_no_password()
    {
        Assert.That(UserPolicy.FaultOf("Carol-Smith", "carol-smith"), Is.EqualTo(PasswordFault.IsUserName));
        Assert.That(UserPolicy.FaultOf("Carol-Smith", "carol"), Is.Null);
        Assert.That(UserPolicy.FaultOf("Carol-Smith", userName: null), Is.Null);
    }

    [TestCase("carol")]
    [TestCase("r1")]
    [TestCase("10004711")]
    [TestCase("J\u00fcrgen.M_\u00fcller-2")]
    [TestCase("carol@example.com", "Carol@Example.com", null)]
    [TestCase("+27761234567", null, "0027 76 123 4567")]
    [TestCase("0171 2345678", null, "01712345678")]
    public void A_name_that_is_nobody_elses_address_is_good(string name, string? email = null, string? phone = null) =>
        Assert.That(UserPolicy.IsUserName(name, email, phone), Is.True);

    [TestCase("")]
    [TestCase(" ")]
    [TestCase(" carol")]
    [TestCase("carol smith")]
    [TestCase("-carol")]
    [TestCase("carol\u200bx")]
    [TestCase("carol\u0000x")]
    [TestCase("c\uff20rol")]
    [TestCase("carol@example.com")]
    [TestCase("carol@example.com", "bob@example.com", null)]
    [TestCase("carol@", "carol@example.com", null)]
    [TestCase("+27761234567")]
    [TestCase("0171 2345678")]
    [TestCase("+27761234567", null, "+27761234568")]
    public void Another_one_is_refused(string name, string? email = null, string? phone = null) =>
        Assert.That(UserPolicy.IsUserName(name, email, phone), Is.False);

    [Test]
    public void The_longest_name_has_64_characters_and_an_address_its_own_length()
    {
        var address = $"{new string('x', 60)}@{new string('y', 60)}.example";

        Assert.That(UserPolicy.IsUserName(new string('x', 64)), Is.True);
        Assert.That(UserPolicy.IsUserName(new string('x', 65)), Is.False);
        Assert.That(UserPolicy.IsUserName(new string('\ufdfa', 4)), Is.False, "18 characters each when normalized");
        Assert.That(UserPolicy.IsUserName(address, address), Is.True);
    }
}
