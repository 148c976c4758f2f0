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
    public void A_bad_one_is_named_for_what_it_is(string password, string word) => Assert.That(UserPolicy.FaultOf(password), Does.Contain(word));

    [Test]
    public void Bytes_count_for_the_longest() => Assert.That(UserPolicy.FaultOf(new string('ä', 513)), Does.Contain("1024 bytes"));
}
