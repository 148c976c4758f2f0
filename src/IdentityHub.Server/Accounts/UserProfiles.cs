using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Accounts;

/// <summary>The data that users may see and change of their own account.</summary>
internal sealed class UserProfiles(UserDirectory users, UserAttributeStore attributes, AuditTrail audit)
{
    /// <summary>Longest given or family name in characters.</summary>
    public const int MaxNameLength = 256;

    /// <summary>Null when there is no such user any more.</summary>
    public Task<UserProfile?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        users.FindProfileAsync(userId, cancellationToken);

    /// <summary>Values of each attribute that the configuration defines, by its name.</summary>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> FindAttributesAsync(
        Guid userId, CancellationToken cancellationToken) =>
        attributes.FindAsync(userId, cancellationToken);

    /// <summary>Replaces names, language and some attributes; what is blank is taken away. All or nothing.</summary>
    /// <param name="sessionId">The session in which the user asks for it.</param>
    public async Task<UserChange> ChangeAsync(
        Guid userId, Guid sessionId, string? givenName, string? familyName, string? locale, IReadOnlyList<AttributeChange> changes,
        RequestContext context, CancellationToken cancellationToken)
    {
        var names = new OwnNames(Clean(givenName), Clean(familyName), Clean(locale));
        var changed = await attributes.TryChangeOwnAsync(userId, sessionId, names, changes, context.Now, cancellationToken);
        if (changed == UserChange.Done)
            await audit.WriteAsync(context, AuditTypes.ProfileChanged, userId, sessionId);
        return changed;
    }

    /// <summary>True for a name that can be stored: not too long, and without control characters.</summary>
    public static bool IsName(string? name) => name is null || (name.Length <= MaxNameLength && !name.Any(char.IsControl));

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
