using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.Users;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.ConfigAsCode;

/// <summary>The built-in roles and those of the files.</summary>
internal sealed class RoleRows(HubDbContext context)
{
    public async Task WriteAsync(ConfigPlan plan, CancellationToken cancellationToken)
    {
        await WriteAsync(BuiltInRoles.Service, [], cancellationToken);
        await WriteAsync(BuiltInRoles.Admin, Permissions.All, cancellationToken);
        foreach (var definition in plan.Writes.Select(written => written.Definition).OfType<RoleDefinition>())
            await WriteAsync(definition.Name, definition.Permissions, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
    }

    public async Task DeleteAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
            return;
        context.Roles.RemoveRange(await context.Roles.Where(role => names.Contains(role.Name!)).ToListAsync(cancellationToken));
        await context.SaveChangesAsync(cancellationToken);
    }

    private async Task WriteAsync(string name, IReadOnlyList<string> permissions, CancellationToken cancellationToken)
    {
        var role = await context.Roles.SingleOrDefaultAsync(role => role.Name == name, cancellationToken);
        if (role is null)
            context.Add(role = new Role { Id = Guid.CreateVersion7(), Name = name, NormalizedName = NameNormalizer.Normalize(name) });
        role.Permissions = string.Join(' ', permissions);
    }
}
