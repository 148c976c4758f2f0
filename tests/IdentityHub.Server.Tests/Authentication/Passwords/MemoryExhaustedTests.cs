using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Authentication.Passwords;

/// <summary>A password for whose hash there is no memory is answered 503, and costs its owner nothing.</summary>
public class MemoryExhaustedTests
{
    private readonly Hasher _hasher = new();

    [Test]
    public async Task Each_login_is_answered_503_counts_for_nothing_and_leaves_the_queue()
    {
        await using var hub = await Hub.StartAsync(
            SharedConfig.Yaml, services: services => services.AddSingleton<IPasswordHasher<User>>(_hasher));
        Assert.That((await hub.Client.LoginAsync(SharedConfig.App)).Status, Is.EqualTo(200));

        // More than there are threads that hash, and more than a user has wrong passwords.
        _hasher.HasMemory = false;
        for (var i = 0; i < Environment.ProcessorCount + 6; i++)
        {
            var refused = await hub.Client.LoginAsync(SharedConfig.App);
            Assert.That(
                (refused.Status, refused["error"], refused.Header("Retry-After") is not null),
                Is.EqualTo((503, "temporarily_unavailable", true)), refused.ToString());
        }

        Assert.That(hub.Services.GetRequiredService<HashingLimiter>().Waiting, Is.Zero);

        _hasher.HasMemory = true;
        var admitted = await hub.Client.LoginAsync(SharedConfig.App);

        Assert.That(admitted.Status, Is.EqualTo(200), admitted.ToString());
        Assert.That(hub.Logs.ToString(), Does.Contain("there is no memory left"));
    }

    private sealed class Hasher : IPasswordHasher<User>
    {
        private readonly UserPasswordHasher _real = new(1000);

        public volatile bool HasMemory = true;

        public string HashPassword(User user, string password) => _real.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword) =>
            HasMemory ? _real.VerifyHashedPassword(user, hashedPassword, providedPassword) : throw new InsufficientMemoryException();
    }
}
