using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Sqlite;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.KeyProtection;

/// <summary>Files with secrets are readable by their owner only, and others are noticed.</summary>
[Platform(Exclude = "Win")]
public class SecretFileTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private string _folder = "";

    [SetUp]
    public void Create() => _folder = Directory.CreateTempSubdirectory("hub-files-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_SQLite_database_and_its_write_ahead_log_are_made_for_their_owner_only()
    {
        var file = Path.Combine(_folder, "data", "hub.db");
        await using var database = SqliteDatabase.Open($"Data Source={file}");
        await using var transaction = await database.BeginAsync(default);
        await transaction.Call("CREATE TABLE a (b integer)").ExecuteAsync(default);
        await transaction.CommitAsync(default);

        Assert.That(database.Files, Is.EqualTo([file, $"{file}-wal", $"{file}-shm"]));
        Assert.That(database.Files.Select(ModeOf), Is.All.EqualTo(OwnerOnly));
        Assert.That(database.Files.Any(SecretFile.IsOpenToAll), Is.False);
    }

    [Test]
    public void A_key_file_is_made_for_its_owner_only()
    {
        var file = Path.Combine(_folder, "hub.key");
        using var key = KeyProtector.FromFile(file, createIfMissing: true);

        Assert.That(ModeOf(file), Is.EqualTo(OwnerOnly));
    }

    [TestCase(UnixFileMode.UserRead | UnixFileMode.GroupRead, false)]
    [TestCase(OwnerOnly | UnixFileMode.OtherRead, true)]
    [TestCase(OwnerOnly | UnixFileMode.OtherWrite, true)]
    public void A_file_that_every_user_may_read_or_write_is_noticed_behind_a_link_too(UnixFileMode mode, bool isOpen)
    {
        var (file, link) = (Path.Combine(_folder, "hub.key"), Path.Combine(_folder, "link.key"));
        File.WriteAllText(file, "");
        SetMode(file, mode);
        File.CreateSymbolicLink(link, file);

        Assert.That((SecretFile.IsOpenToAll(file), SecretFile.IsOpenToAll(link)), Is.EqualTo((isOpen, isOpen)));
        Assert.That(SecretFile.IsOpenToAll(Path.Combine(_folder, "missing")), Is.False);
    }

    private static UnixFileMode ModeOf(string file) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(file);

    private static void SetMode(string file, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, mode);
    }
}
