using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Users.Import;

/// <summary>The results of the records of a batch.</summary>
internal sealed record ImportedBatch(int Imported, int Skipped, IReadOnlyCollection<(ImportRecord Record, string Reason)> Rejects);

/// <summary>Stores records as users with their roles: each whole or not at all.</summary>
/// <param name="roles">Id of each role there is, by its name.</param>
/// <param name="organizations">Ids of the organizations there are.</param>
/// <param name="schema">The attributes that users can have.</param>
internal sealed class ImportBatch(
    UserPasswordHasher hasher, IReadOnlyDictionary<string, Guid> roles, IReadOnlySet<string> organizations, AttributeSchema schema,
    ImportedFactors factors, ImportOptions options, TimeProvider time)
{
    /// <summary>Adds the users to the context; nothing is saved yet.</summary>
    /// <param name="startedAt">When this import began: what an earlier one has made is there already.</param>
    public async Task<ImportedBatch> AddAsync(
        HubDbContext context, IReadOnlyList<ImportRecord> records, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var rejects = new List<(ImportRecord, string)>();
        var readable = new List<(ImportRecord Record, ImportedUser User)>();
        var (attributes, logins) = (new ImportedAttributes(schema), new ImportedLogins());
        foreach (var record in records)
        {
            var (user, fault) = ImportedUser.Read(record, options);
            fault ??= RefusalOfRoles(user!.Described) ?? attributes.RefusalOf(user) ?? factors.RefusalOf(user);
            if (fault is null)
                readable.Add((record, user!));
            else
                rejects.Add((record, fault));
        }

        var taken = await TakenNames.ReadAsync(context, [.. readable.Select(one => one.User.Described)], cancellationToken);
        await attributes.ReadTakenAsync(context, cancellationToken);
        await logins.ReadTakenAsync(context, readable.Select(one => one.User), cancellationToken);
        var (accepted, skipped) = (new List<ImportedUser>(), 0);
        foreach (var (record, user) in readable)
        {
            if (taken.IsThere(user, startedAt))
                skipped++;
            else if ((attributes.TakenBy(user) ?? logins.TakenBy(user) ?? taken.TryTake(user.Described)) is { } refusal)
                rejects.Add((record, refusal));
            else
                Accept(user);
        }

        Add(context, accepted);
        await factors.AddAsync(context, accepted, time.GetUtcNow(), cancellationToken);
        return new ImportedBatch(accepted.Count, skipped, [.. rejects.OrderBy(reject => reject.Item1.Line)]);

        void Accept(ImportedUser user)
        {
            accepted.Add(user);
            attributes.Add(context, user);
            logins.Add(context, user);
        }
    }

    private void Add(HubDbContext context, List<ImportedUser> accepted)
    {
        // Wrapping a bare digest is one slow hash: on all cores.
        var now = time.GetUtcNow();
        var rows = new User[accepted.Count];
        Parallel.For(0, accepted.Count, i => rows[i] = accepted[i].ToUser(now, hasher));
        context.Users.AddRange(rows);
        context.UserClaims.AddRange(
            accepted.SelectMany(user => user.Claims, (user, claim) => (user.Described.Id, claim)).SelectMany(
                one => one.claim.Value,
                (one, value) => new IdentityUserClaim<Guid> { UserId = one.Id, ClaimType = one.claim.Key, ClaimValue = value }));
        foreach (var (row, described) in rows.Zip(accepted.Select(user => user.Described)))
        {
            foreach (var role in described.Roles)
            {
                if (BuiltInRoles.All.Contains(role))
                    context.UserRoles.Add(new IdentityUserRole<Guid> { UserId = row.Id, RoleId = roles[role] });
                else
                    context.Memberships.Add(
                        new Membership
                        {
                            UserId = row.Id,
                            OrganizationId = described.Organization!,
                            RoleId = roles[role],
                        });
            }
        }
    }

    private string? RefusalOfRoles(NewUser user)
    {
        if (user.Organization is { } organization && !organizations.Contains(organization))
            return $"There is no organization '{organization}'; organizations are defined in the configuration files (hub config apply).";
        if (user.Roles.FirstOrDefault(role => !roles.ContainsKey(role)) is { } unknown)
            return $"There is no role '{unknown}'; roles are defined in the configuration files (hub config apply).";
        return user.Organization is null && user.Roles.FirstOrDefault(role => !BuiltInRoles.All.Contains(role)) is { } homeless
            ? $"The role '{homeless}' is held in an organization: 'organization' is missing."
            : null;
    }
}
