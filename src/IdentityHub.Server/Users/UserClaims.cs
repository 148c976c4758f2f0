using IdentityHub.ConfigAsCode;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Users;

/// <summary>Reads the values of claims. Which claims those are is up to <see cref="ClaimCatalog"/>.</summary>
internal sealed class UserClaims(UserDirectory users, UserDetailsReader details, ILogger<UserClaims> logger)
{
    /// <summary>The claims that a token carries; empty when there is no such user. One statement, none for no claims.</summary>
    /// <param name="organizationId">The organization that the token is for; null for none.</param>
    public ValueTask<IReadOnlyList<KeyValuePair<string, object>>> ReadForTokenAsync(
        Guid userId, string? organizationId, IReadOnlyList<ConfiguredClaim> claims, CancellationToken cancellationToken) =>
        ReadAsync(userId, organizationId, claims, ClaimValues.MaxTokenLength, cancellationToken);

    /// <summary>The same for an answer, which may be of any length.</summary>
    public ValueTask<IReadOnlyList<KeyValuePair<string, object>>> ReadAsync(
        Guid userId, string? organizationId, IReadOnlyList<ConfiguredClaim> claims, CancellationToken cancellationToken) =>
        ReadAsync(userId, organizationId, claims, int.MaxValue, cancellationToken);

    private async ValueTask<IReadOnlyList<KeyValuePair<string, object>>> ReadAsync(
        Guid userId, string? organizationId, IReadOnlyList<ConfiguredClaim> claims, int maxLength, CancellationToken cancellationToken)
    {
        if (claims.Count == 0)
            return [];
        if (await FindAsync(userId, organizationId, claims.Any(claim => claim.NeedsDetails), cancellationToken) is not { } user)
            return [];
        var values = ClaimValues.Of(user, claims, maxLength, out var leftOut);
        if (leftOut.Count > 0)
            Log.ClaimsLeftOut(logger, string.Join(' ', leftOut), userId, maxLength);
        return values;
    }

    private async Task<UserDetails?> FindAsync(
        Guid userId, string? organizationId, bool needsDetails, CancellationToken cancellationToken)
    {
        if (needsDetails)
            return await details.FindAsync(userId, organizationId, cancellationToken);
        return await users.FindProfileAsync(userId, cancellationToken) is { } profile ? new UserDetails(profile, organizationId) : null;
    }
}
