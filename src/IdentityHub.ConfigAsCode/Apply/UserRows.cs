using System.Security.Cryptography;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.ConfigAsCode;

/// <summary>The users of the files as ASP.NET Core Identity users.</summary>
internal sealed class UserRows(HubDbContext context, UserPasswords passwords, DateTimeOffset now)
{
    /// <returns>Why it cannot be done, a sentence for each user whose name, address or number belongs to another.</returns>
    public async Task<IReadOnlyList<string>> WriteAsync(ConfigPlan plan, CancellationToken cancellationToken)
    {
        var refusals = new List<string>();
        var written = plan.Writes.Where(written => written.Definition is UserDefinition).ToList();
        foreach (var desired in written)
        {
            var definition = (UserDefinition)desired.Definition;
            if (await FindRivalAsync(definition, cancellationToken) is { } rival)
            {
                refusals.Add(
                    $"User '{definition.UserName}' of the files has the user name, e-mail address or phone number "
                    + $"of another user ({rival}); change one of them.");
            }
        }

        if (written.Count == 0 || refusals.Count > 0)
            return refusals;

        var roles = await context.Roles.ToDictionaryAsync(role => role.Name!, role => role.Id, cancellationToken);
        foreach (var desired in written)
        {
            var definition = (UserDefinition)desired.Definition;
            await WriteAsync(desired, definition, cancellationToken);
            await WriteRolesAsync(definition, roles, cancellationToken);
        }

        await context.SaveChangesAsync(cancellationToken);
        return [];
    }

    private Task<Guid?> FindRivalAsync(UserDefinition definition, CancellationToken cancellationToken)
    {
        var name = NameNormalizer.Normalize(definition.UserName);
        var email = definition.Email is { } address ? NameNormalizer.Normalize(address) : null;
        return context.Users
            .Where(user => user.Id != definition.Id && (user.NormalizedUserName == name
                || (email != null && user.NormalizedEmail == email)
                || (definition.PhoneNumber != null && user.PhoneNumber == definition.PhoneNumber)))
            .Select(user => (Guid?)user.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }

    private async Task WriteAsync(DesiredObject desired, UserDefinition definition, CancellationToken cancellationToken)
    {
        var user = await context.Users.FindAsync([definition.Id], cancellationToken);
        if (user is null)
            context.Add(user = new User { Id = definition.Id, CreatedAt = now, LockoutEnabled = true });

        user.UserName = definition.UserName;
        user.NormalizedUserName = NameNormalizer.Normalize(definition.UserName);
        user.Email = definition.Email;
        user.NormalizedEmail = definition.Email is { } email ? NameNormalizer.Normalize(email) : null;
        user.EmailConfirmed = definition.Email is not null;
        user.PhoneNumber = definition.PhoneNumber;
        user.PhoneNumberConfirmed = definition.PhoneNumber is not null;
        user.GivenName = definition.GivenName;
        user.FamilyName = definition.FamilyName;
        user.HomeRegion = definition.Region;
        user.Locale = definition.Locale;
        user.StreetAddress = definition.Address?.StreetAddress;
        user.Locality = definition.Address?.Locality;
        user.Region = definition.Address?.Region;
        user.PostalCode = definition.Address?.PostalCode;
        user.Country = definition.Address?.Country;
        user.OrganizationId = definition.Organization;
        user.HashLoginDisabled = !definition.PasswordHashLogin;
        user.DisabledAt = definition.Enabled ? null : user.DisabledAt ?? now;
        user.UpdatedAt = now;
        user.ConcurrencyStamp = Guid.NewGuid().ToString();

        var stored = await context.ConfigObjects.Where(row => row.Kind == desired.Kind && row.Name == desired.Name)
            .Select(row => row.Document).SingleOrDefaultAsync(cancellationToken);
        if (!UserPasswords.IsNew(desired, stored))
            return;
        user.PasswordHash = passwords.HashOf(definition);

        // A new stamp, ended sessions and refresh tokens: nothing that was signed in with the old password continues. ASSURANCE S3.
        user.SecurityStamp = Convert.ToHexString(RandomNumberGenerator.GetBytes(20));
        await context
            .Sessions.Where(session => session.UserId == user.Id && session.EndedAt == null)
            .ExecuteUpdateAsync(
                session => session
                    .SetProperty(row => row.EndedAt, now)
                    .SetProperty(row => row.EndReason, SessionEndReasons.PasswordChanged),
                cancellationToken);
        await context
            .RefreshTokenFamilies.Where(family => family.UserId == user.Id && family.RevokedAt == null)
            .ExecuteUpdateAsync(
                family => family
                    .SetProperty(row => row.RevokedAt, now)
                    .SetProperty(row => row.RevokeReason, SessionEndReasons.PasswordChanged),
                cancellationToken);
    }

    /// <summary>
    /// Makes the built-in roles, and the roles in the home organization, those of the file; leaves other organizations alone.
    /// </summary>
    private async Task WriteRolesAsync(UserDefinition definition, Dictionary<string, Guid> roles, CancellationToken cancellationToken)
    {
        var builtIn = definition.Roles.Where(BuiltInRoles.All.Contains).Select(role => roles[role]).ToHashSet();
        var held = await context.UserRoles.Where(role => role.UserId == definition.Id).ToListAsync(cancellationToken);
        context.UserRoles.RemoveRange(held.Where(role => !builtIn.Contains(role.RoleId)));
        context.UserRoles.AddRange(builtIn.Except(held.Select(role => role.RoleId))
            .Select(role => new IdentityUserRole<Guid> { UserId = definition.Id, RoleId = role }));

        if (definition.Organization is not { } organization)
            return;
        var local = definition.Roles.Except(BuiltInRoles.All).Select(role => roles[role]).ToHashSet();
        var memberships = await context
            .Memberships.Where(membership => membership.UserId == definition.Id && membership.OrganizationId == organization)
            .ToListAsync(cancellationToken);
        context.Memberships.RemoveRange(memberships.Where(membership => !local.Contains(membership.RoleId)));
        context.Memberships.AddRange(local.Except(memberships.Select(membership => membership.RoleId))
            .Select(role => new Membership { UserId = definition.Id, OrganizationId = organization, RoleId = role }));
    }
}
