using IdentityHub.Cli.Changes;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Users;

/// <summary>Makes a user with roles, through ASP.NET Core Identity, in one transaction.</summary>
internal sealed class UserCreation(HubDatabase database, HubDbContext context, UserManager<User> users, TimeProvider time)
{
    /// <param name="attributes">Found to be possible.</param>
    /// <returns>Why the user was not made, a sentence each; empty when it was.</returns>
    public async Task<IReadOnlyList<string>> CreateAsync(
        NewUser wanted, IReadOnlyList<AttributeChange> attributes, string password, CancellationToken cancellationToken)
    {
        var roles = await RolesAsync(wanted, cancellationToken);
        var user = wanted.ToUser(time.GetUtcNow());
        List<string> faults =
        [
            .. wanted.Faults(),
            .. PasswordFaults(wanted.UserName, password),
            .. await TakenAsync(wanted, cancellationToken),
            .. await TakenAsync(attributes, cancellationToken),
            .. await UnknownAsync(wanted, roles, cancellationToken),
        ];
        if (faults.Count > 0)
            return faults;

        try
        {
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            var created = await users.CreateAsync(user, password);
            if (!created.Succeeded)
                return [.. created.Errors.Select(error => error.Description)];

            await GiveRolesAsync(user, roles, cancellationToken);
            await GiveAttributesAsync(user, attributes, cancellationToken);
            context.Add(AuditedChange.RowOf("user.created", user.Id, "made by hub users create"));
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return [];
        }
        catch (DbUpdateException failure) when (database.IsUniqueViolation(failure))
        {
            return ["Another user was given the id, user name, e-mail address, phone number or a unique attribute at this moment."];
        }
    }

    private static IEnumerable<string> PasswordFaults(string userName, string password)
    {
        if (UserPolicy.FaultOf(password, userName) is { } fault)
            yield return $"The password {UserPolicy.Describe(fault)}.";
    }

    private async Task<IReadOnlyList<string>> TakenAsync(NewUser wanted, CancellationToken cancellationToken)
    {
        var taken = new List<string>();
        if (await users.FindByIdAsync(wanted.Id.ToString()) is not null)
            taken.Add($"The id '{wanted.Id}' belongs to another user.");
        if (await users.FindByNameAsync(wanted.UserName) is not null)
            taken.Add($"The user name '{wanted.UserName}' belongs to another user.");
        if (wanted.Email is { } email && await users.FindByEmailAsync(email) is not null)
            taken.Add($"The e-mail address '{email}' belongs to another user.");
        if (PhoneNumber.Normalize(wanted.Phone) is { } phone
            && await context.Users.AnyAsync(user => user.PhoneNumber == phone, cancellationToken))
            taken.Add($"The phone number '{phone}' belongs to another user.");
        return taken;
    }

    private async Task<IReadOnlyList<string>> TakenAsync(IReadOnlyList<AttributeChange> attributes, CancellationToken cancellationToken)
    {
        var taken = new List<string>();
        foreach (var change in attributes.Where(change => change.IsUnique))
        {
            var values = await context.UserAttributes
                .Where(row => row.IsUnique && row.Name == change.Name && change.Values.Contains(row.Value))
                .Select(row => row.Value)
                .ToListAsync(cancellationToken);
            taken.AddRange(values.Select(value => $"The value '{value}' of the attribute '{change.Name}' belongs to another user."));
        }

        return taken;
    }

    private async Task<IReadOnlyList<string>> UnknownAsync(NewUser wanted, IReadOnlyList<Role> roles, CancellationToken cancellationToken)
    {
        var unknown = new List<string>();
        if (wanted.Organization is { } organization
            && !await context.Organizations.AnyAsync(row => row.Id == organization, cancellationToken))
            unknown.Add(
                $"There is no organization '{organization}'; organizations are defined in the configuration files (hub config apply).");
        foreach (var name in wanted.Roles)
        {
            if (roles.All(role => role.Name != name))
                unknown.Add($"There is no role '{name}'; roles are defined in the configuration files (hub config apply).");
            else if (wanted.Organization is null && !BuiltInRoles.All.Contains(name))
                unknown.Add($"The role '{name}' is held in an organization: name one with --organization.");
        }

        return unknown;
    }

    private Task<List<Role>> RolesAsync(NewUser wanted, CancellationToken cancellationToken) =>
        context.Roles.Where(role => wanted.Roles.Contains(role.Name!)).ToListAsync(cancellationToken);

    private async Task GiveAttributesAsync(User user, IReadOnlyList<AttributeChange> attributes, CancellationToken cancellationToken)
    {
        context.UserAttributes.AddRange(attributes.SelectMany(change => change.RowsOf(user.Id)));
        await context.SaveChangesAsync(cancellationToken);
    }

    // A built-in role is held in the installation, any other in the home organization.
    private async Task GiveRolesAsync(User user, IReadOnlyList<Role> roles, CancellationToken cancellationToken)
    {
        foreach (var role in roles)
        {
            if (BuiltInRoles.All.Contains(role.Name!))
                context.UserRoles.Add(new IdentityUserRole<Guid> { UserId = user.Id, RoleId = role.Id });
            else
                context.Memberships.Add(new Membership { UserId = user.Id, OrganizationId = user.OrganizationId!, RoleId = role.Id });
        }

        await context.SaveChangesAsync(cancellationToken);
    }
}
