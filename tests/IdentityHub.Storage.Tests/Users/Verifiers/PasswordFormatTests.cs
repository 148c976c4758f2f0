using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Users.Verifiers;

/// <summary>
/// Hashes of other systems. Vectors are those that the makers of a format publish; where there are none, or they cost too much, Python's
/// hashlib and crypt have computed them, not this code.
/// </summary>
public class PasswordFormatTests
{
    private const string Password = "Ältere-Pässe-1";
    private static readonly User User = new();
    private readonly UserPasswordHasher _hasher = new(1000);

    // What makes it, the hash, its password.
    private static readonly (string Format, string Hash, string Password)[] Vectors =
    [
        ("crypt_blowfish's own test", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"),
        ("bcrypt 2a", "$2a$05$abcdefghijklmnopqrstuugfFQf/prE5jBOimQRwNXU9J7Y886STi", Password),
        ("bcrypt 2b", "$2b$05$abcdefghijklmnopqrstuugfFQf/prE5jBOimQRwNXU9J7Y886STi", Password),
        ("bcrypt 2y", "$2y$05$abcdefghijklmnopqrstuugfFQf/prE5jBOimQRwNXU9J7Y886STi", Password),
        ("bcrypt of a directory", "{CRYPT}$2y$05$abcdefghijklmnopqrstuugfFQf/prE5jBOimQRwNXU9J7Y886STi", Password),
        ("bcrypt of Spring Security", "{bcrypt}$2a$05$abcdefghijklmnopqrstuugfFQf/prE5jBOimQRwNXU9J7Y886STi", Password),
        ("bcrypt of Django", "bcrypt$$2b$05$abcdefghijklmnopqrstuugfFQf/prE5jBOimQRwNXU9J7Y886STi", Password),
        ("bcrypt of Django, over SHA-256", "bcrypt_sha256$$2b$05$abcdefghijklmnopqrstuu03i5k48NRFV9QHIb/RCDS2FrVx65WWm", Password),
        ("WordPress 6.8", "$wp$2y$05$abcdefghijklmnopqrstuuRQ970nFrBSf0WXWexo7AUUHXCTa3Ph6", Password),
        ("WordPress 6.8 trims", "$wp$2y$05$abcdefghijklmnopqrstuuRQ970nFrBSf0WXWexo7AUUHXCTa3Ph6", $"\t {Password}\n"),
        ("Argon2id of the reference implementation",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password"),
        ("Argon2id, two lanes", "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc", "password"),
        ("Argon2i", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8", "password"),
        ("Argon2i, version 16", "$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY", "password"),
        ("Argon2d, by another library", "$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$JcTui6RIBUtJ78gE5Hi52CO+H5vS6Z9R1uxAB6OhUB8", "password"),
        ("Argon2 of Django", "argon2$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password"),
        ("Argon2 of a directory", "{ARGON2}$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "password"),
        ("scrypt of Django",
            "scrypt$16$saltsalt$8$1$I2Gm3/hjKJf7xd0proT7lWV3HQbNripIG5T9w3O7WjmK8j3xFyLD47nfoxRIJvGGRi6y+R1DroQw9QAEN/pfNw==", Password),
        ("scrypt of passlib", "$scrypt$ln=4,r=8,p=2$AQIDBAUGBwg$H1RcfWzdrk/5jxdk/rdIHg/x1IENfZgt6awH0uZVSEo", Password),
        ("phpass's own test", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "test12345"),
        ("phpBB", "$H$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "test12345"),
        ("SHA-256-crypt of the specification", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", "Hello world!"),
        ("SHA-256-crypt with rounds", "$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA", "Hello world!"),
        ("SHA-256-crypt, long password", "$5$rounds=1000$abcdefgh$uPHTM1YmyQuR8CyOtszUo77mlC9j5ksNirLPi9dB9/A", new string('p', 130)),
        ("SHA-512-crypt of the specification",
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1", "Hello world!"),
        ("SHA-512-crypt with rounds",
            "$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1",
            "a very much longer text to encrypt.  This one even stretches over morethan one line."),
        ("SHA-512-crypt, long password",
            "$6$rounds=1000$abcdefgh$2h.yiDdLHlXddXNN/NO39P.M5GrzQebj2cg1UusuLeZxxb5lXcvLOmvsamWFGranGpN901eaufJ5iI8Vi1eCf/",
            new string('p', 130)),
        ("SHA-512-crypt without a salt",
            "$6$rounds=1000$$ae/Rnt4J5UYYL6wR.SRkUhH3bLkDWPoG8PE1uGewuH2gwnZdKr4PmTOHseqT1uwj53WUeLNKMQWm5jNyH52mr/", Password),
        ("SHA-512-crypt of a directory",
            "{CRYPT}$6$rounds=1000$abcdefgh$e5UJcft0e7MM6XoYbZgiHGlmlMB4BcYr2KWjQZaawCmWcwdwYgBnKoM2P3CB0ChVQ2jNmCwbRiWIe16Kyf9JB.",
            Password),
        ("SSHA512", "{SSHA512}IcHO1uMHnjeoqG2R5vqsgmiBdg8epp77I+lsdcWWmi9/2/4B6RMH1upgE6mmR8JXw1Eik5ZoECTAcwu0ZMOJEgECAwQFBgcI", Password),
        ("SSHA384", "{SSHA384}wLEcdSTSppB9lbD2Xr1IVQ1LhW7xceJuXCHZLvW5rNrniLUFauspy4HP5Rwd2Tf+AQIDBAUGBwg=", Password),
        ("SSHA256", "{SSHA256}ook/gKAE+eGu412kCU95F0aeJ47YS+jqgjIeNOD7dZYBAgMEBQYHCA==", Password),
        ("SMD5", "{SMD5}4TuTXlo9hw/6alBPkh+LvwECAwQFBgcI", Password),
        ("SHA-256 of salt and password", "sha256:bce21f6c99223f12441e5db113b271356857d970cc11a0e7ef3fd6fd6b41e3f5:pepper:1", Password),
        ("SHA-512 of salt and password",
            "sha512:2ce96ad3ae8336cc3416d4f753f419e072da1e66e0bd32d3e8491e717a25e6c2a429a8020908069ecdc1d30292d21233353d1bf6a9d8e943eb61ec6"
                + "84c9546f0:pepper:1",
            Password),
        ("SHA-1 of salt and password", "sha1:2dfdb3a7d2e0e278516e9257f7ac97a33caf8e3e:pepper:1", Password),
        ("MD5 of salt and password", "md5:03d56bf2228af7d596df9118e498e754:pepper:1", Password),
        ("SHA-256 of salt and password in base64", "sha256:aFGrKBCIup2mq4Ev2Ibukx/lSrBHxPCgkJEaVvsA6uY=:salt", Password),
        ("passlib, from its documentation", "$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk",
            "toomanysecrets"),
        ("passlib, SHA-1", "$pbkdf2$1000$AQIDBAUGBwg$I3y2yKlO3PL3QwXFF2zFP9aosfk", Password),
        ("passlib, SHA-512",
            "$pbkdf2-sha512$1000$AQIDBAUGBwg$NaKgKDU2q4Vc1zEjNQRtbjrSzHbvOTYUoZDvWt0zKYtWGpFYL4/ylsA/VMNGyQ1bdNUtLua/eYGWSz5rayoq1Q",
            Password),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        Vectors.Select(vector => new TestCaseData(vector.Hash, vector.Password).SetName($"{{m}} ({vector.Format})"));

    [TestCaseSource(nameof(Cases))]
    public void The_hash_lets_its_password_in_and_no_other_and_is_to_be_replaced(string hash, string password)
    {
        Assert.That(UserPasswordHasher.FaultOf(hash), Is.Null);
        Assert.That(UserPasswordHasher.IsReadable(hash), Is.True);
        Assert.That(_hasher.VerifyHashedPassword(User, hash, password), Is.EqualTo(PasswordVerificationResult.SuccessRehashNeeded));
        foreach (var wrong in new[] { "", "x", "x" + password, password.ToUpperInvariant() + "!", hash })
            Assert.That(_hasher.VerifyHashedPassword(User, hash, wrong), Is.EqualTo(PasswordVerificationResult.Failed), wrong);
    }

    [Test]
    public void Bcrypt_reads_72_bytes_of_a_password()
    {
        // A test of crypt_blowfish.
        const string hash = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
        const string password = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored";

        Assert.That(_hasher.VerifyHashedPassword(User, hash, password), Is.EqualTo(PasswordVerificationResult.SuccessRehashNeeded));
        Assert.That(_hasher.VerifyHashedPassword(User, hash, password[1..]), Is.EqualTo(PasswordVerificationResult.Failed));
    }

    [Test]
    public void A_hash_of_Firebase_is_checked_without_the_signer_key()
    {
        // The sample of Firebase's documentation: https://github.com/firebase/scrypt.
        var parameters = new FirebaseParameters(
            Convert.FromBase64String("jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="),
            Convert.FromBase64String("Bw=="), 8, 14);
        var stored = FirebaseHash.ToStored(
            "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==", "42xEC+ixf3L2lw==", parameters
        )!;

        Assert.That(UserPasswordHasher.FaultOf(stored), Is.Null);
        Assert.That(
            _hasher.VerifyHashedPassword(User, stored, "user1password"), Is.EqualTo(PasswordVerificationResult.SuccessRehashNeeded));
        Assert.That(_hasher.VerifyHashedPassword(User, stored, "user2password"), Is.EqualTo(PasswordVerificationResult.Failed));
        Assert.That(FirebaseHash.ToStored("AAAA", "42xEC+ixf3L2lw==", parameters), Is.Null, "not as long as the key");
        Assert.That(FirebaseHash.ToStored("not base64", "42xEC+ixf3L2lw==", parameters), Is.Null);
        Assert.That(parameters.ToString(), Is.EqualTo(nameof(FirebaseParameters)));
    }

    // Each would hold a thread for minutes, or take gigabytes.
    [TestCase("$2b$15$abcdefghijklmnopqrstuugfFQf/prE5jBOimQRwNXU9J7Y886STi", "has the bcrypt cost 15; 4 to 14 are checked")]
    [TestCase("$2b$31$abcdefghijklmnopqrstuugfFQf/prE5jBOimQRwNXU9J7Y886STi", "has the bcrypt cost 31")]
    [TestCase("$wp$2y$31$abcdefghijklmnopqrstuugfFQf/prE5jBOimQRwNXU9J7Y886STi", "has the bcrypt cost 31")]
    [TestCase("$argon2id$v=19$m=262145,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "at most m=262144")]
    [TestCase("$argon2id$v=19$m=262144,t=4,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "m times t at most 786432")]
    [TestCase("$argon2id$v=19$m=256,t=999999999,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "has m=256,t=999999999")]
    [TestCase("$argon2id$v=19$m=4096,t=1,p=65$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "more than 64 lanes")]
    [TestCase("argon2$argon2id$v=19$m=999999999,t=2,p=8$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "has m=999999999")]
    [TestCase("scrypt$524288$saltsalt$8$1$I2Gm3/hjKJf7xd0proT7lWV3HQbNripIG5T9w3O7Wjk=", "at most 256 MiB")]
    [TestCase("scrypt$16384$saltsalt$8$33$I2Gm3/hjKJf7xd0proT7lWV3HQbNripIG5T9w3O7Wjk=", "N times r times p at most 4194304")]
    [TestCase("scrypt$16385$saltsalt$8$1$I2Gm3/hjKJf7xd0proT7lWV3HQbNripIG5T9w3O7Wjk=", "parameters that are not scrypt's")]
    [TestCase("$scrypt$ln=63,r=8,p=1$AQIDBAUGBwg$H1RcfWzdrk/5jxdk/rdIHg/x1IENfZgt6awH0uZVSEo", "has ln=63")]
    [TestCase("$firebase-scrypt$ln=65,r=8$AQIDBAUGBwg=$H1RcfWzdrk/5jxdk/rdIHg/x1IENfZgt6awH0uZVSEo=", "has ln=65")]
    [TestCase("$firebase-scrypt$ln=19,r=8$AQIDBAUGBwg=$H1RcfWzdrk/5jxdk/rdIHg/x1IENfZgt6awH0uZVSEo=", "at most 256 MiB")]
    [TestCase("$P$SIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "has 2^30 rounds of phpass; 2^7 to 2^20 are checked")]
    [TestCase("$P$.IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "has 2^0 rounds")]
    [TestCase(
        "$6$rounds=1000001$abcdefgh$e5UJcft0e7MM6XoYbZgiHGlmlMB4BcYr2KWjQZaawCmWcwdwYgBnKoM2P3CB0ChVQ2jNmCwbRiWIe16Kyf9JB.",
        "1000 to 1000000 are checked")]
    [TestCase("$5$rounds=999999999$abcdefgh$uPHTM1YmyQuR8CyOtszUo77mlC9j5ksNirLPi9dB9/A", "has 999999999 rounds")]
    [TestCase("$pbkdf2-sha256$5000001$AQIDBAUGBwg$DiNrkfwKlp.1dxgb5opfXu13drng2iaVafHsYDpLkLE", "1 to 5000000 are checked")]
    [TestCase("pbkdf2_sha256$9999999999$salt$6B40tMBt0FIkoYJ0oR/XHl2VCHTzNTLHeZnkFZzvpK8=", "has 9999999999 iterations")]
    [TestCase("AQAAAAJ/////AAAAEAABAgMEBQYHCAkKCwwNDg8jgwEuN2MGV1w/ET+arQ4aXkYoXKuZuYpmtuu47FNn7Q==", "has 2147483647 iterations")]
    public void A_hash_that_would_cost_too_much_is_refused_with_its_limit_and_not_checked(string hash, string limit)
    {
        Assert.That(UserPasswordHasher.FaultOf(hash), Does.Contain(limit));
        Assert.That(UserPasswordHasher.IsReadable(hash), Is.False);
        Assert.That(_hasher.VerifyHashedPassword(User, hash, Password), Is.EqualTo(PasswordVerificationResult.Failed));
    }

    [TestCase("$2x$05$abcdefghijklmnopqrstuugfFQf/prE5jBOimQRwNXU9J7Y886STi", Description = "made by a faulty bcrypt")]
    [TestCase("$2b$05$abcdefghijklmnopqrstuugfFQf/prE5jBOimQRwNXU9J7Y886ST")]
    [TestCase("$2b$05$abcdefghijklmnopqrst!ugfFQf/prE5jBOimQRwNXU9J7Y886STi")]
    [TestCase("$argon2id$v=18$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [TestCase("$argon2id$v=19$m=7,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [TestCase("$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [TestCase("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65", Description = "three bytes: anybody's password would do")]
    [TestCase("$argon2id$v=19$m=256,t=2,p=1,keyid=x$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [TestCase("scrypt$16$saltsalt$0$1$I2Gm3/hjKJf7xd0proT7lWV3HQbNripIG5T9w3O7Wjk=")]
    [TestCase("$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L")]
    [TestCase("$1$etNnh7FA$OlM7eljE/B7F1J4XYNnk81", Description = "MD5-crypt")]
    [TestCase("$6$rounds=999$abcdefgh$e5UJcft0e7MM6XoYbZgiHGlmlMB4BcYr2KWjQZaawCmWcwdwYgBnKoM2P3CB0ChVQ2jNmCwbRiWIe16Kyf9JB.")]
    [TestCase("$6$abcdefgh$e5UJcft0e7MM6XoYbZgiHGlmlMB4BcYr2KWjQZaawCmWcwdw")]
    [TestCase("{CRYPT}rl0uE5lHoVGQA", Description = "DES")]
    [TestCase("{CLEARTEXT}secret")]
    [TestCase("{SSHA512}IcHO1uMHnjeoqG2R5vqsgg==")]
    [TestCase("sha256:bce21f:pepper")]
    [TestCase("$pbkdf2-sha256$0$AQIDBAUGBwg$DiNrkfwKlp.1dxgb5opfXu13drng2iaVafHsYDpLkLE")]
    [TestCase("wrapped$sha512$")]
    public void What_is_broken_or_of_another_format_lets_nobody_in(string hash)
    {
        Assert.That(UserPasswordHasher.FaultOf(hash), Is.Not.Null);
        Assert.That(UserPasswordHasher.IsReadable(hash), Is.False);
        Assert.That(_hasher.VerifyHashedPassword(User, hash, Password), Is.EqualTo(PasswordVerificationResult.Failed));
    }

    [Test]
    public void A_password_that_no_crypt_could_have_hashed_is_refused_without_the_work()
    {
        // libxcrypt takes 512 bytes; each round hashes the password twice.
        const string hash =
            "$6$rounds=1000000$abcdefgh$e5UJcft0e7MM6XoYbZgiHGlmlMB4BcYr2KWjQZaawCmWcwdwYgBnKoM2P3CB0ChVQ2jNmCwbRiWIe16Kyf9JB.";

        Assert.That(UserPasswordHasher.IsReadable(hash), Is.True);
        Assert.That(_hasher.VerifyHashedPassword(User, hash, new string('p', 513)), Is.EqualTo(PasswordVerificationResult.Failed));
    }
}
