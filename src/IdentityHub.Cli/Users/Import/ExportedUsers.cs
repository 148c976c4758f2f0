using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Users.Import;

/// <summary>Reads all users, some at a time, as records of an import file.</summary>
/// <param name="organization">Only those of this home organization; null or empty for all.</param>
/// <param name="schema">The attributes that users can have.</param>
internal sealed class ExportedUsers(HubDatabase database, AttributeSchema schema, string? organization, bool withHashes)
{
    private const int BatchSize = 1000;

    /// <summary>Roles that were left out so far: those in other organizations than the user's own.</summary>
    public int LeftOutRoles { get; private set; }

    /// <summary>How many there are, about.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        return await Find(context).CountAsync(cancellationToken);
    }

    /// <summary>The users by their names. Who is made meanwhile may be among them or not.</summary>
    [SuppressMessage("Globalization", "CA1309", Justification = "The database compares, as it sorts.")]
    public async IAsyncEnumerable<IReadOnlyList<Dictionary<string, object>>> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        while (true)
        {
            await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
            var users = await Find(context)
                .Where(user => last == null || string.Compare(user.NormalizedUserName, last) > 0)
                .OrderBy(user => user.NormalizedUserName)
                .Take(BatchSize)
                .ToListAsync(cancellationToken);
            if (users.Count == 0)
                yield break;
            last = users[^1].NormalizedUserName;
            var roles = await ReadRolesAsync(context, [.. users.Select(user => user.Id)], cancellationToken);
            var attributes = await ReadAttributesAsync(context, [.. users.Select(user => user.Id)], cancellationToken);
            var logins = await ReadLoginsAsync(context, [.. users.Select(user => user.Id)], cancellationToken);
            yield return [.. users.Select(user => RecordOf(user, [.. roles[user.Id]], [.. attributes[user.Id]], [.. logins[user.Id]]))];
        }
    }

    // Users of tenants are made by the tokens of their tenants, and cannot log in here. Of an erased account nothing is left to write.
    private IQueryable<User> Find(HubDbContext context) =>
        context.Users.AsNoTracking().Where(user =>
            user.NormalizedUserName != null
            && (string.IsNullOrEmpty(organization) || user.OrganizationId == organization)
            && !context.TenantUsers.Any(tenant => tenant.UserId == user.Id)
            && !context.ClientAccounts.Any(account => account.UserId == user.Id && account.DeletedAt != null));

    private async Task<ILookup<Guid, string>> ReadRolesAsync(HubDbContext context, List<Guid> ids, CancellationToken cancellationToken)
    {
        var held = await (
            from role in context.UserRoles
            join named in context.Roles on role.RoleId equals named.Id
            where ids.Contains(role.UserId)
            select new { role.UserId, Name = named.Name! }).ToListAsync(cancellationToken);
        var memberships = await (
            from member in context.Memberships
            join named in context.Roles on member.RoleId equals named.Id
            join user in context.Users on member.UserId equals user.Id
            where ids.Contains(member.UserId)
            select new { member.UserId, Name = named.Name!, IsHome = member.OrganizationId == user.OrganizationId }
        ).ToListAsync(cancellationToken);
        var built = held.Where(role => BuiltInRoles.All.Contains(role.Name)).Select(role => (role.UserId, role.Name)).ToList();
        var home = memberships
            .Where(role => role.IsHome && !BuiltInRoles.All.Contains(role.Name))
            .Select(role => (role.UserId, role.Name))
            .ToList();
        LeftOutRoles += held.Count + memberships.Count - built.Count - home.Count;
        return built.Concat(home).OrderBy(role => role.Name, StringComparer.Ordinal).ToLookup(role => role.UserId, role => role.Name);
    }

    private static async Task<ILookup<Guid, UserAttributeValue>> ReadAttributesAsync(
        HubDbContext context, List<Guid> ids, CancellationToken cancellationToken) =>
        (await context.UserAttributes.AsNoTracking().Where(attribute => ids.Contains(attribute.UserId)).ToListAsync(cancellationToken))
            .ToLookup(attribute => attribute.UserId);

    private static async Task<ILookup<Guid, ExternalLogin>> ReadLoginsAsync(
        HubDbContext context, List<Guid> ids, CancellationToken cancellationToken) =>
        (await context.UserLogins.AsNoTracking()
            .Where(login => ids.Contains(login.UserId))
            .OrderBy(login => login.LoginProvider).ThenBy(login => login.ProviderKey)
            .ToListAsync(cancellationToken))
        .ToLookup(login => login.UserId, login => new ExternalLogin(login.LoginProvider, login.ProviderKey, login.ProviderDisplayName));

    private Dictionary<string, object> RecordOf(
        User user, string[] roles, UserAttributeValue[] attributes, IReadOnlyList<ExternalLogin> logins)
    {
        var record = new Dictionary<string, object> { [ImportColumns.Id] = user.Id, [ImportColumns.UserName] = user.UserName! };
        Add(ImportColumns.Email, user.Email);
        Add(ImportColumns.EmailVerified, user.Email is null ? null : user.EmailConfirmed);
        Add(ImportColumns.PhoneNumber, user.PhoneNumber);
        Add(ImportColumns.PhoneNumberVerified, user.PhoneNumber is null ? null : user.PhoneNumberConfirmed);
        Add(ImportColumns.GivenName, user.GivenName);
        Add(ImportColumns.FamilyName, user.FamilyName);
        Add(ImportColumns.Locale, user.Locale);
        Add(ImportColumns.Organization, user.OrganizationId);
        Add(ImportColumns.Region, user.HomeRegion);
        Add(ImportColumns.Roles, roles.Length == 0 ? null : roles);
        var defined = schema.Of(UserAttributeStore.Group(attributes), party: null);
        Add(ImportColumns.Attributes, defined.Count == 0 ? null : defined.ToDictionary(StringComparer.Ordinal));
        Add(ImportColumns.ExternalLogins, logins.Count == 0 ? null : logins);
        Add(ImportColumns.Disabled, user.DisabledAt is null ? null : true);
        if (withHashes)
            Add(ImportColumns.PasswordHash, user.PasswordHash);
        return record;

        void Add(string column, object? value)
        {
            if (value is not null)
                record[column] = value;
        }
    }
}
