using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Accounts;

/// <summary>The data that users may see and change of their own account.</summary>
internal sealed class UserProfiles(UserDirectory users, AuditTrail audit)
{
    /// <summary>Longest given or family name in characters.</summary>
    public const int MaxNameLength = 256;

    /// <summary>Null when there is no such user any more.</summary>
    public Task<UserProfile?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        users.FindProfileAsync(userId, cancellationToken);

    /// <summary>Replaces names and language; what is blank is taken away.</summary>
    public async Task ChangeAsync(
        Guid userId, Guid sessionId, string? givenName, string? familyName, string? locale, RequestContext context,
        CancellationToken cancellationToken)
    {
        await users.ChangeProfileAsync(userId, Clean(givenName), Clean(familyName), Clean(locale), context.Now, cancellationToken);
        await audit.WriteAsync(context, AuditTypes.ProfileChanged, userId, sessionId);
    }

    /// <summary>True for a name that can be stored: not too long, and without control characters.</summary>
    public static bool IsName(string? name) => name is null || (name.Length <= MaxNameLength && !name.Any(char.IsControl));

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
