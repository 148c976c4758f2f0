using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Users that no configuration file can describe.</summary>
internal static class HubUsers
{
    public const string Password = "Correct-Horse-9";

    /// <summary>
    /// Stores a user with a name of its own, the password <see cref="Password"/>, and what <paramref name="change"/> makes of it.
    /// </summary>
    public static async Task<User> AddUserAsync(this Hub hub, Action<User>? change = null)
    {
        var id = Guid.CreateVersion7();
        var now = hub.Time.GetUtcNow();
        var user = new User { Id = id, UserName = $"user-{id:N}", CreatedAt = now, UpdatedAt = now, SecurityStamp = "stamp" };
        user.PasswordHash = hub.Services.GetRequiredService<IPasswordHasher<User>>().HashPassword(user, Password);
        change?.Invoke(user);
        user.NormalizedUserName = NameNormalizer.Normalize(user.UserName!);
        user.NormalizedEmail = user.Email is null ? null : NameNormalizer.Normalize(user.Email);

        await using var context = hub.NewContext();
        context.Add(user);
        await context.SaveChangesAsync();
        return user;
    }

    /// <summary>Changes a stored user as an administrator would.</summary>
    public static async Task ChangeUserAsync(this Hub hub, Guid userId, Action<User> change)
    {
        await using var context = hub.NewContext();
        change(await context.Users.SingleAsync(user => user.Id == userId));
        await context.SaveChangesAsync();
    }

    public static async Task<User> ReadUserAsync(this Hub hub, Guid userId)
    {
        await using var context = hub.NewContext();
        return await context.Users.AsNoTracking().SingleAsync(user => user.Id == userId);
    }
}
