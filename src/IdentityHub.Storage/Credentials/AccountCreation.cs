using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Credentials;

/// <summary>What stands against a new user.</summary>
public enum CreationFaultKind
{
    /// <summary>The value belongs to another user.</summary>
    Taken,

    /// <summary>There is no such organization.</summary>
    UnknownOrganization,

    /// <summary>There is no such role.</summary>
    UnknownRole,

    /// <summary>The role is held in an organization, and the user has none.</summary>
    RoleWithoutOrganization,
}

/// <summary>What stands against a new user, and where.</summary>
/// <param name="Field">E.g. <c>email</c>, or <c>attributes.staff_number</c>.</param>
public sealed record CreationFault(CreationFaultKind Kind, string Field, string Value)
{
    /// <summary>Shows nothing of the person.</summary>
    public override string ToString() => $"{nameof(CreationFault)} {{ {Kind} {Field} }}";
}

/// <summary>A role as a user holds it.</summary>
/// <param name="OrganizationId">Null for a role of the installation.</param>
public sealed record GivenRole(string Name, string? OrganizationId, IReadOnlyList<string> Permissions);

/// <summary>What came of it.</summary>
/// <param name="Faults">None: the user is made. Else nothing may be committed.</param>
/// <param name="Roles">Those that the user holds from now on.</param>
public sealed record UserCreated(IReadOnlyList<CreationFault> Faults, IReadOnlyList<GivenRole> Roles);

/// <summary>
/// Makes a user with roles and attributes, inside a transaction that does more. A built-in role is held in the installation, any other in
/// the home organization.
/// </summary>
public static class AccountCreation
{
    // In the order in which they are told.
    private static readonly string[] Fields = ["id", "user_name", "email", "phone_number"];

    private const string TakenSql =
        """
        SELECT 'id' AS field FROM users WHERE id = $1
        UNION SELECT 'user_name' FROM users WHERE normalized_user_name = $2
        UNION SELECT 'email' FROM users WHERE normalized_email = $3
        UNION SELECT 'phone_number' FROM users WHERE phone_number = $4
        """;

    private const string AttributeTakenSql = "SELECT value FROM user_attributes WHERE is_unique AND name = $1 AND value = $2";

    private const string OrganizationSql = "SELECT id FROM organizations WHERE id = $1";

    /// <summary>Makes the user, or says everything that stands against it.</summary>
    /// <param name="user">With everything that is to be stored but its normalized names.</param>
    /// <param name="roles">Names.</param>
    /// <param name="attributes">Found to be possible.</param>
    public static async Task<UserCreated> TryCreateAsync(
        SqlTransaction transaction, User user, IReadOnlyList<string> roles, IReadOnlyList<AttributeChange> attributes,
        CancellationToken cancellationToken)
    {
        List<CreationFault> faults =
        [
            .. await TakenAsync(transaction, user, cancellationToken), .. await TakenAsync(transaction, attributes, cancellationToken),
        ];
        if (user.OrganizationId is { } organization
            && await transaction.Call(OrganizationSql).With(organization).ListAsync(static row => row.Text(), cancellationToken) is [])
            faults.Add(new CreationFault(CreationFaultKind.UnknownOrganization, "organization", organization));
        var known = await UserRoleStore.FindRolesAsync(transaction, cancellationToken);
        var given = new List<(StoredRole Role, string? OrganizationId)>();
        foreach (var name in roles)
        {
            var isBuiltIn = BuiltInRoles.All.Contains(name);
            if (known.Find(role => role.Name == name) is not { } role)
                faults.Add(new CreationFault(CreationFaultKind.UnknownRole, "roles", name));
            else if (!isBuiltIn && user.OrganizationId is null)
                faults.Add(new CreationFault(CreationFaultKind.RoleWithoutOrganization, "roles", name));
            else
                given.Add((role, isBuiltIn ? null : user.OrganizationId));
        }

        if (faults.Count > 0)
            return new UserCreated(faults, []);
        if (!await NewUser.TryInsertAsync(transaction, user, cancellationToken))
            return new UserCreated([new CreationFault(CreationFaultKind.Taken, "user_name", user.UserName!)], []);
        if (await UserAttributeStore.TryChangeAsync(transaction, user.Id, attributes, cancellationToken) is { } taken)
            return new UserCreated([new CreationFault(CreationFaultKind.Taken, $"attributes.{taken}", "")], []);
        foreach (var (role, place) in given)
            await UserRoleStore.TryGiveAsync(transaction, user.Id, role.Id, place, cancellationToken);
        return new UserCreated([], [.. given.Select(one => new GivenRole(one.Role.Name, one.OrganizationId, one.Role.Permissions))]);
    }

    private static async Task<IEnumerable<CreationFault>> TakenAsync(
        SqlTransaction transaction, User user, CancellationToken cancellationToken)
    {
        var fields = await transaction.Call(TakenSql)
            .With(user.Id)
            .With(NameNormalizer.Normalize(user.UserName!))
            .With(user.Email is { } email ? NameNormalizer.Normalize(email) : null)
            .With(user.PhoneNumber)
            .ListAsync(static row => row.Text(), cancellationToken);
        return Fields.Where(fields.Contains).Select(field => new CreationFault(
            CreationFaultKind.Taken, field,
            field switch
            {
                "id" => user.Id.ToString(),
                "user_name" => user.UserName!,
                "email" => user.Email!,
                _ => user.PhoneNumber!,
            }));
    }

    private static async Task<IEnumerable<CreationFault>> TakenAsync(
        SqlTransaction transaction, IReadOnlyList<AttributeChange> attributes, CancellationToken cancellationToken)
    {
        var taken = new List<CreationFault>();
        foreach (var change in attributes.Where(change => change.IsUnique))
        {
            foreach (var value in change.Values)
            {
                if (await transaction.Call(AttributeTakenSql).With(change.Name).With(value)
                        .ListAsync(static row => row.Text(), cancellationToken) is not [])
                    taken.Add(new CreationFault(CreationFaultKind.Taken, $"attributes.{change.Name}", value));
            }
        }

        return taken;
    }
}
