using System.Security.Cryptography;
using IdentityHub.Storage.KeyProtection;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.KeyProtection;

public class KeyProtectorTests
{
    private readonly KeyProtector _protector = new(RandomNumberGenerator.GetBytes(32));
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-key-").FullName;

    [TearDown]
    public void CleanUp()
    {
        _protector.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(10_000)]
    public void What_is_wrapped_unwraps_to_the_same(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);

        Assert.That(_protector.Unwrap("purpose", _protector.Wrap("purpose", plain)), Is.EqualTo(plain));
    }

    [Test]
    public void Equal_values_wrap_differently()
    {
        var first = _protector.Wrap("purpose", [1, 2, 3]);
        var second = _protector.Wrap("purpose", [1, 2, 3]);

        Assert.That(second, Is.Not.EqualTo(first));
    }

    [Test]
    public void Another_purpose_does_not_unwrap() =>
        Assert.That(() => _protector.Unwrap("another", _protector.Wrap("purpose", [1, 2, 3])), Throws.InstanceOf<CryptographicException>());

    [Test]
    public void Another_key_does_not_unwrap()
    {
        using var other = new KeyProtector(RandomNumberGenerator.GetBytes(32));

        Assert.That(() => other.Unwrap("purpose", _protector.Wrap("purpose", [1, 2, 3])), Throws.InstanceOf<CryptographicException>());
    }

    [Test]
    public void A_value_with_any_one_byte_changed_does_not_unwrap()
    {
        var wrapped = _protector.Wrap("purpose", [1, 2, 3]);
        for (var i = 0; i < wrapped.Length; i++)
        {
            var changed = wrapped.ToArray();
            changed[i] ^= 1;
            Assert.That(() => _protector.Unwrap("purpose", changed), Throws.InstanceOf<CryptographicException>(), $"byte {i}");
        }
    }

    [Test]
    public void A_cut_value_does_not_unwrap()
    {
        var wrapped = _protector.Wrap("purpose", [1, 2, 3]);
        for (var length = 0; length < wrapped.Length; length++)
            Assert.That(
                () => _protector.Unwrap("purpose", wrapped.AsSpan(0, length)), Throws.InstanceOf<CryptographicException>(),
                $"length {length}");
    }

    [Test]
    public void Each_purpose_has_a_key_of_its_own_that_is_the_same_every_time()
    {
        var first = _protector.DeriveKey("a");
        var again = _protector.DeriveKey("a");
        var other = _protector.DeriveKey("b");

        Assert.That(first, Has.Length.EqualTo(32).And.EqualTo(again).And.Not.EqualTo(other));
    }

    [Test]
    public async Task Processes_that_start_at_once_share_the_key_file_that_the_first_one_made()
    {
        var path = Path.Combine(_folder, "sub", "hub.key");

        var protectors = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => KeyProtector.FromFile(path, createIfMissing: true))));

        var wrapped = protectors[0].Wrap("purpose", [1, 2, 3]);
        Assert.Multiple(() =>
        {
            Assert.That(protectors.Select(protector => protector.Unwrap("purpose", wrapped)), Is.All.EqualTo((byte[])[1, 2, 3]));
            Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Is.EqualTo((string[])[path]), "drafts left behind");
        });
        foreach (var protector in protectors)
            protector.Dispose();
    }

    [Test]
    public void The_key_file_is_readable_by_its_owner_only()
    {
        var path = Path.Combine(_folder, "hub.key");
        KeyProtector.FromFile(path, createIfMissing: true).Dispose();

        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void A_missing_key_file_is_refused_with_the_command_that_makes_it() =>
        Assert.That(
            () => KeyProtector.FromFile(Path.Combine(_folder, "hub.key"), createIfMissing: false),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("openssl rand -base64 32"));

    [TestCase("")]
    [TestCase("not base64")]
    [TestCase("AAAA")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_key_file_without_32_bytes_of_base64_is_refused(string content)
    {
        var path = Path.Combine(_folder, "hub.key");
        File.WriteAllText(path, content);

        Assert.That(() => KeyProtector.FromFile(path, createIfMissing: true), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public void A_file_with_several_keys_unwraps_with_each_and_wraps_with_one()
    {
        var (first, second, third) = (NewKey(), NewKey(), NewKey());
        using var before = FromText(first);
        using var reads = FromText($"{first}\nread:{second}");
        using var wraps = FromText($"# ours\n{first}\n\nread: {third}\nwrap:{second}\r\n");
        var (old, anew) = (before.Wrap("purpose", [1]), wraps.Wrap("purpose", [2]));

        Assert.That((wraps.Unwrap("purpose", old), reads.Unwrap("purpose", anew)), Is.EqualTo(((byte[])[1], (byte[])[2])));
        Assert.That(() => before.Unwrap("purpose", anew), Throws.InstanceOf<CryptographicException>());
        Assert.That(before.Unwrap("purpose", reads.Wrap("purpose", [3])), Is.EqualTo((byte[])[3]), "a line read: does not wrap");
        Assert.That((wraps.Rewrap("purpose", anew), reads.Rewrap("purpose", old)), Is.EqualTo(((byte[]?)null, (byte[]?)null)));
        Assert.That(reads.Unwrap("purpose", wraps.Rewrap("purpose", old)!), Is.EqualTo((byte[])[1]));
        Assert.That(wraps.DeriveKey("hash"), Is.EqualTo(before.DeriveKey("hash")), "what is hashed stays as it is");
        Assert.That(wraps.DeriveFromEach("check")[1], Is.EqualTo(before.DeriveFromEach("check")[0]));
    }

    [TestCase("wrap:{0}")]
    [TestCase("{0}\n{1}")]
    [TestCase("{0}\nwrap:{1}\nwrap:{0}")]
    [TestCase("{0}\nread:AAAA")]
    [TestCase("# nothing")]
    public void A_file_whose_lines_are_not_keys_is_refused(string form)
    {
        var text = string.Format(null, form, NewKey(), NewKey());

        Assert.That(() => FromText(text), Throws.InstanceOf<InvalidDataException>().With.Message.Not.Contains(text[^8..]));
    }

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private KeyProtector FromText(string text)
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        File.WriteAllText(path, text);
        return KeyProtector.FromFile(path, createIfMissing: false);
    }
}
