using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Apply;

/// <summary>What the suites here start from: both databases, each test on a fresh one, and files applied to it.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public abstract class ApplyTests(DatabaseKind kind)
{
    protected static CancellationToken Cancellation => CancellationToken.None;

    protected FakeTime Time { get; } = new();

    protected KeyProtector Protector { get; } = new(new byte[32]);

    internal CountingHasher Hasher { get; } = new();

    protected TestDatabase Storage { get; private set; } = null!;

    protected HubDatabase Database { get; private set; } = null!;

    [SetUp]
    public async Task CreateDatabaseAsync()
    {
        Storage = await TestDatabase.CreateAsync(kind);
        Database = Storage.Open();
    }

    [TearDown]
    public async Task DropDatabaseAsync()
    {
        await Database.DisposeAsync();
        await Storage.DisposeAsync();
        Protector.Dispose();
    }

    protected Task<ConfigApplyResult> ApplyAsync(string yaml, bool prune = false) => ApplyAsync(Read(yaml), prune);

    protected Task<ConfigApplyResult> ApplyAsync(ConfigDocument document, bool prune = false, HubDatabase? node = null) =>
        new ConfigApplier(node ?? Database, Protector, Hasher, Time).ApplyAsync(document, ConfigContext.Development, prune, Cancellation);

    protected Task<ConfigSnapshot> ReadBackAsync() => new ConfigObjectReader(Database, Protector).ReadAsync(Cancellation);

    protected HubDbContext NewContext() => Database.NewContext();

    protected static ConfigDocument Read(string yaml) => Faulty.None(yaml);

    protected static ConfigDocument ReadShipped()
    {
        using var folder = new ConfigFolder();
        return folder.Load(ConfigFolder.Shipped(), ConfigContext.Development).Document!;
    }

    /// <summary>The real hash with few iterations, counted.</summary>
    internal sealed class CountingHasher : IPasswordHasher<User>
    {
        private readonly UserPasswordHasher _hasher = new(1);
        private int _count;

        public int Count => _count;

        public string HashPassword(User user, string password)
        {
            Interlocked.Increment(ref _count);
            return _hasher.HashPassword(user, password);
        }

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword) =>
            _hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
    }
}
