using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Users;

/// <summary>Hashes of one password as other systems make them: computed by Python's hashlib, not by this code.</summary>
public class UserPasswordHasherTests
{
    private const string Password = "Ältere-Pässe-1";
    private const string Sha256 = "6490c57dff47405b2b6b1c353262fec1c9daecc38d6859ca604e069268d9c7b8";
    private static readonly User User = new();
    private readonly UserPasswordHasher _hasher = new(1000);

    private static readonly string[] Older =
    [
        "pbkdf2_sha256$1000$saltsalt$6B40tMBt0FIkoYJ0oR/XHl2VCHTzNTLHeZnkFZzvpK8=",
        "pbkdf2_sha1$1000$saltsalt$2873jtlnLPVAor/anZusudPafn4=",
        "{SSHA}qPVCkvSDeuvdylCIoWDF0YTJfOoBAgMEBQYHCA==",
        "{ssha}qPVCkvSDeuvdylCIoWDF0YTJfOoBAgMEBQYHCA==",
        "AAABAgMEBQYHCAkKCwwNDg96T1AqBChvBIU9vMI8C5TK2Xgq3ZaZza6VeC5RGRztjQ==",
        "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8jgwEuN2MGV1w/ET+arQ4aXkYoXKuZuYpmtuu47FNn7Q==",
    ];

    [TestCaseSource(nameof(Older))]
    public void The_hash_of_an_older_system_lets_its_password_in_and_no_other_and_is_to_be_replaced(string hash)
    {
        Assert.That(UserPasswordHasher.IsReadable(hash), Is.True);
        Assert.That(_hasher.VerifyHashedPassword(User, hash, Password), Is.EqualTo(PasswordVerificationResult.SuccessRehashNeeded));
        foreach (var wrong in new[] { "", "x", Password + " ", Password.ToUpperInvariant(), hash })
            Assert.That(_hasher.VerifyHashedPassword(User, hash, wrong), Is.EqualTo(PasswordVerificationResult.Failed), wrong);
    }

    [TestCase(BareDigest.Sha256, Sha256)]
    [TestCase(BareDigest.Sha1, "b0add8747c70bb2aadc786bba8008e16502e59ca")]
    [TestCase(BareDigest.Md5, "E4A120A93DB3F73DBFA75D79BCDD600C")]
    [TestCase(
        BareDigest.Sha512,
        "f077eaa54416de3fc37c6847641b37bc3f569cf8b537b270d4a7991f9332e8763bc4c7cc640f3113634c3e0e0ea052ec06a84f83cf3983cb281c98cbc5d44cf1")]
    public void A_bare_digest_is_stored_under_a_slow_hash_and_is_no_password_itself(BareDigest algorithm, string digest)
    {
        var wrapped = _hasher.Wrap(algorithm, digest);

        Assert.That(UserPasswordHasher.IsReadable(wrapped), Is.True);
        Assert.That(wrapped, Does.Not.Contain(digest).IgnoreCase);
        Assert.That(wrapped, Is.Not.EqualTo(_hasher.Wrap(algorithm, digest)), "salted");

        // That of SHA-256 is what the hub makes of a password itself: it may stay.
        var expected = algorithm == BareDigest.Sha256 ? PasswordVerificationResult.Success : PasswordVerificationResult.SuccessRehashNeeded;
        Assert.That(_hasher.VerifyHashedPassword(User, wrapped, Password), Is.EqualTo(expected));
        foreach (var wrong in new[] { digest, digest.ToLowerInvariant(), "x" })
            Assert.That(_hasher.VerifyHashedPassword(User, wrapped, wrong), Is.EqualTo(PasswordVerificationResult.Failed), wrong);
    }

    [Test]
    public void A_hash_of_todays_cost_stays_and_one_of_more_work_too()
    {
        foreach (var iterations in new[] { 1000, 2000 })
            Assert.That(
                _hasher.VerifyHashedPassword(User, new UserPasswordHasher(iterations).HashPassword(User, Password), Password),
                Is.EqualTo(PasswordVerificationResult.Success));
        Assert.That(
            _hasher.VerifyHashedPassword(User, new UserPasswordHasher(999).HashPassword(User, Password), Password),
            Is.EqualTo(PasswordVerificationResult.SuccessRehashNeeded));
    }

    [TestCase("")]
    [TestCase("plain text")]
    [TestCase("{SSHA}")]
    [TestCase("{SSHA}AAAA")]
    [TestCase("{SHA}qPVCkvSDeuvdylCIoWDF0YTJfOo=")]
    [TestCase("{SSHA}qPVCkvSDeuvdylCIoWDF0YTJfOo=", Description = "no salt")]
    [TestCase("pbkdf2_sha256$0$salt$6B40tMBt0FIkoYJ0oR/XHl2VCHTzNTLHeZnkFZzvpK8=")]
    [TestCase("pbkdf2_sha256$2000000000$salt$6B40tMBt0FIkoYJ0oR/XHl2VCHTzNTLHeZnkFZzvpK8=", Description = "minutes of work")]
    [TestCase("pbkdf2_sha256$-1$salt$6B40tMBt0FIkoYJ0oR/XHl2VCHTzNTLHeZnkFZzvpK8=")]
    [TestCase("pbkdf2_sha256$1000$$6B40tMBt0FIkoYJ0oR/XHl2VCHTzNTLHeZnkFZzvpK8=")]
    [TestCase("pbkdf2_sha256$1000$salt$AAAA")]
    [TestCase("pbkdf2_md5$1000$salt$AAAA")]
    [TestCase("argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA")]
    [TestCase("wrapped$sha256$")]
    [TestCase("wrapped$sha3$AAABAgMEBQYHCAkKCwwNDg96T1AqBChvBIU9vMI8C5TK2Xgq3ZaZza6VeC5RGRztjQ==")]
    [TestCase(Sha256, Description = "bare digests are never stored as they are")]
    public void What_is_no_hash_lets_nobody_in(string hash)
    {
        Assert.That(UserPasswordHasher.IsReadable(hash), Is.False);
        Assert.That(_hasher.VerifyHashedPassword(User, hash, Password), Is.EqualTo(PasswordVerificationResult.Failed));
        Assert.That(_hasher.VerifyHashedPassword(User, hash, hash), Is.EqualTo(PasswordVerificationResult.Failed));
    }
}
