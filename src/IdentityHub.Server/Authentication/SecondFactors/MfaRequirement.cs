using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Settings;
using IdentityHub.Storage.Organizations;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Authentication.SecondFactors;

/// <summary>
/// Who must have a second factor: users of an installation, of an organization or of one below it, of a client, and with a role, where one
/// of them requires it. It is read from the configuration in memory. Only where a role requires it, one statement reads the user's roles.
/// </summary>
internal sealed class MfaRequirement(ClientRegistry registry, RightsStore rights, IOptions<HubSettings> settings)
{
    // A tree of the configuration has no circles; this bounds a fault.
    private const int MostOrganizations = 64;

    /// <summary>
    /// From when on the login needs a second factor, the earliest of all that require it; null where nothing does. Until then a user
    /// without one may put the set-up off.
    /// </summary>
    public async ValueTask<DateTimeOffset?> RequiredFromAsync(
        AuthenticatedUser user, RequestContext context, CancellationToken cancellationToken) =>
        // A program has nothing to prove a second factor with.
        user.IsProgram ? null : await RequiredFromAsync(user.UserId, user.OrganizationId, context.ClientId, cancellationToken);

    /// <summary>The same for a session that a user goes on with.</summary>
    /// <param name="organizationId">In which organization the session acts; null for none.</param>
    /// <param name="clientId">What the session is used for; null for the installation itself.</param>
    public async ValueTask<DateTimeOffset?> RequiredFromAsync(
        Guid userId, string? organizationId, string? clientId, CancellationToken cancellationToken)
    {
        var installation = settings.Value.SecondFactor;
        var earliest = installation.Required ? installation.GraceUntil ?? DateTimeOffset.MinValue : default(DateTimeOffset?);
        var current = registry.Current;
        if (clientId is not null && current.Find(clientId) is { } client)
            earliest = Earlier(earliest, client.MfaRequiredFrom);
        for (var i = 0; organizationId is not null && i < MostOrganizations; i++)
        {
            if (current.FindOrganization(organizationId) is not { } organization)
                break;
            if (organization.RequireMfa)
                earliest = Earlier(earliest, organization.MfaGraceUntil ?? DateTimeOffset.MinValue);
            organizationId = organization.Parent;
        }

        if (current.MfaRequiredByRole.Count == 0 || earliest == DateTimeOffset.MinValue)
            return earliest;
        foreach (var role in await rights.RoleNamesAsync(userId, cancellationToken))
        {
            if (current.MfaRequiredByRole.TryGetValue(role, out var from))
                earliest = Earlier(earliest, from);
        }

        return earliest;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null || one < other ? one : other;
}
