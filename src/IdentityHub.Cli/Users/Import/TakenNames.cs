using IdentityHub.Storage;
using IdentityHub.Storage.Users;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Users.Import;

/// <summary>
/// Ids, names, addresses and phone numbers that users have: those in the database that a batch asks for, and those that it has taken
/// itself.
/// </summary>
internal sealed class TakenNames
{
    private readonly Dictionary<Guid, string> _ids;
    private readonly Dictionary<string, Holder> _names;
    private readonly HashSet<string> _emails;
    private readonly HashSet<string> _phones;

    private TakenNames(Dictionary<Guid, string> ids, Dictionary<string, Holder> names, HashSet<string> emails, HashSet<string> phones) =>
        (_ids, _names, _emails, _phones) = (ids, names, emails, phones);

    /// <summary>Reads what the database has of these.</summary>
    public static async Task<TakenNames> ReadAsync(HubDbContext context, IReadOnlyList<NewUser> users, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. users.Select(user => user.Id)];
        string[] names = [.. users.Select(user => NameNormalizer.Normalize(user.UserName))];
        string[] emails = [.. users.Select(user => user.Email).OfType<string>().Select(NameNormalizer.Normalize)];
        string[] phones = [.. users.Select(user => PhoneNumber.Normalize(user.Phone)).OfType<string>()];
        return new TakenNames(
            await context
                .Users.Where(user => ids.Contains(user.Id))
                .ToDictionaryAsync(user => user.Id, user => user.NormalizedUserName!, cancellationToken),
            await context
                .Users.Where(user => names.Contains(user.NormalizedUserName!))
                .ToDictionaryAsync(
                    user => user.NormalizedUserName!,
                    user => new Holder(user.NormalizedEmail, user.PhoneNumber, user.OrganizationId, user.ImportedAt),
                    StringComparer.Ordinal, cancellationToken),
            await context
                .Users.Where(user => emails.Contains(user.NormalizedEmail!))
                .Select(user => user.NormalizedEmail!)
                .ToHashSetAsync(StringComparer.Ordinal, cancellationToken),
            await context
                .Users.Where(user => phones.Contains(user.PhoneNumber!))
                .Select(user => user.PhoneNumber!)
                .ToHashSetAsync(StringComparer.Ordinal, cancellationToken));
    }

    /// <summary>
    /// True when this user is in the database already: a corrected file may hold again the records that were right before. A record with an
    /// id is recognised by id and name. A record without an id is recognised by the name, the addresses and the organization of a user that
    /// an earlier import has made.
    /// </summary>
    /// <param name="startedAt">When this import began: the same record twice in one file is one too many.</param>
    public bool IsThere(ImportedUser user, DateTimeOffset startedAt)
    {
        var (described, name) = (user.Described, NameNormalizer.Normalize(user.Described.UserName));
        if (user.HasId)
            return _ids.GetValueOrDefault(described.Id) == name;
        return _names.TryGetValue(name, out var holder) && holder.ImportedAt < startedAt
            && holder
                == new Holder(
                    NormalizedEmailOf(described), PhoneNumber.Normalize(described.Phone), described.Organization, holder.ImportedAt);
    }

    /// <summary>Takes what the user needs.</summary>
    /// <returns>Why the user cannot have it; null when the user has it.</returns>
    public string? TryTake(NewUser user)
    {
        var name = NameNormalizer.Normalize(user.UserName);
        var email = NormalizedEmailOf(user);
        var phone = PhoneNumber.Normalize(user.Phone);
        List<string> refusals = [];
        if (_ids.ContainsKey(user.Id))
            refusals.Add($"The id '{user.Id}' belongs to another user.");
        if (_names.ContainsKey(name))
            refusals.Add($"The user name '{user.UserName}' belongs to another user.");
        if (email is not null && _emails.Contains(email))
            refusals.Add($"The e-mail address '{user.Email}' belongs to another user.");
        if (phone is not null && _phones.Contains(phone))
            refusals.Add($"The phone number '{phone}' belongs to another user.");
        if (refusals.Count > 0)
            return string.Join(' ', refusals);

        // Not as a user who is there: the same line twice in one file is one too many.
        _ids.Add(user.Id, "");
        _names.Add(name, new Holder(email, phone, user.Organization, ImportedAt: null));
        if (email is not null)
            _emails.Add(email);
        if (phone is not null)
            _phones.Add(phone);
        return null;
    }

    private static string? NormalizedEmailOf(NewUser user) => user.Email is null ? null : NameNormalizer.Normalize(user.Email);

    /// <summary>The user who has a name.</summary>
    /// <param name="ImportedAt">Null for a user that no import has made.</param>
    private sealed record Holder(string? NormalizedEmail, string? Phone, string? Organization, DateTimeOffset? ImportedAt);
}
