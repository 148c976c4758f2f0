using System.Collections.Concurrent;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityHub.Server.Tests.Support;

/// <summary>The real hasher at a low cost, which remembers what it was asked and can be made to wait.</summary>
internal sealed class RecordingHasher : IPasswordHasher<User>
{
    private readonly UserPasswordHasher _hasher = new(iterations: 1000);
    private readonly ConcurrentQueue<string> _verified = [];
    private int _hashed;

    /// <summary>Units of work so far: hashes made and hashes verified cost the same.</summary>
    public int Work => _verified.Count + Volatile.Read(ref _hashed);

    /// <summary>Runs before each verification, on the thread of the hashing lane.</summary>
    public Action? BeforeVerifying { get; set; }

    public void Register(IServiceCollection services) => services.AddSingleton<IPasswordHasher<User>>(this);

    /// <summary>How often a password was held against the user's own hash: how many guesses were evaluated.</summary>
    public async Task<int> EvaluationsOfAsync(Hub hub, string userName)
    {
        await using var context = hub.NewContext();
        var hash = await context.Users.Where(user => user.UserName == userName).Select(user => user.PasswordHash).SingleAsync();
        return _verified.Count(verified => verified == hash);
    }

    public string HashPassword(User user, string password)
    {
        Interlocked.Increment(ref _hashed);
        return _hasher.HashPassword(user, password);
    }

    public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
    {
        BeforeVerifying?.Invoke();
        var result = _hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);

        // A hash that cannot be read throws, and costs nothing.
        _verified.Enqueue(hashedPassword);
        return result;
    }
}
