using System.Security.Cryptography;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// The user <c>admin</c> of a server in Development that has no administrator: with a password that is made by chance, is shown on the
/// console once, and is stored as a hash only. Elsewhere <c>hub users create --role admin</c> makes the first one.
/// </summary>
internal sealed class FirstAdministrator(
    HubDatabase database, IPasswordHasher<User> hasher, TimeProvider time, IOptions<HubSettings> settings)
{
    /// <summary>Who they are.</summary>
    public const string UserName = "admin";

    private const int PasswordLength = 20;

    // Without letters and digits that look alike.
    private const string Letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private string? _password;

    /// <summary>Makes the user, where there is no administrator and no user of this name.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (!settings.Value.IsDevelopment || settings.Value.ControlRoom is not { Enabled: true, FirstAdministrator: true })
            return;
        await database.RunAsync(
            async transaction =>
            {
                if (await LastAdministrator.ExistsAsync(transaction, BuiltInRoles.Admin, cancellationToken))
                    return false;
                var now = time.GetUtcNow();
                var password = RandomNumberGenerator.GetString(Letters, PasswordLength);
                var user = new User
                {
                    Id = Identifiers.NewId(now),
                    UserName = UserName,
                    SecurityStamp = Guid.NewGuid().ToString("N"),
                    LockoutEnabled = true,
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                user.PasswordHash = hasher.HashPassword(user, password);
                var made = await AccountCreation.TryCreateAsync(
                    transaction, user, [BuiltInRoles.Admin], attributes: [], cancellationToken);
                if (made.Faults.Count > 0)
                    return false;
                await transaction.CommitAsync(cancellationToken);
                _password = password;
                return true;
            },
            cancellationToken);
    }

    /// <summary>The password, once; null where none was made at this start, and from the second time on.</summary>
    public string? TakePassword() => Interlocked.Exchange(ref _password, null);
}
