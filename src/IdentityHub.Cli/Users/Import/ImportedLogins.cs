using IdentityHub.Cli.Output;
using IdentityHub.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Users.Import;

/// <summary>The logins at other providers of the users of a batch: each belongs to one user.</summary>
internal sealed class ImportedLogins
{
    private readonly HashSet<(string Provider, string Subject)> _taken = [];

    /// <summary>Reads which of the logins of these users others have.</summary>
    public async Task ReadTakenAsync(HubDbContext context, IEnumerable<ImportedUser> users, CancellationToken cancellationToken)
    {
        foreach (var same in users.SelectMany(user => user.ExternalLogins).GroupBy(login => login.Provider, StringComparer.Ordinal))
        {
            string[] subjects = [.. same.Select(login => login.Subject)];
            var taken = await context.UserLogins
                .Where(row => row.LoginProvider == same.Key && subjects.Contains(row.ProviderKey))
                .Select(row => row.ProviderKey)
                .ToListAsync(cancellationToken);
            _taken.UnionWith(taken.Select(subject => (same.Key, subject)));
        }
    }

    /// <summary>A login of the user that another one has, in a sentence; null for none.</summary>
    public string? TakenBy(ImportedUser user) =>
        user.ExternalLogins.FirstOrDefault(login => _taken.Contains((login.Provider, login.Subject))) is { } taken
            ? $"The login '{PlainText.Of(taken.Subject)}' at the provider '{PlainText.Of(taken.Provider)}' belongs to another user."
            : null;

    /// <summary>Adds the rows of a user to the context; nothing is saved yet.</summary>
    public void Add(HubDbContext context, ImportedUser user)
    {
        _taken.UnionWith(user.ExternalLogins.Select(login => (login.Provider, login.Subject)));
        context.UserLogins.AddRange(user.ExternalLogins.Select(login => new IdentityUserLogin<Guid>
        {
            UserId = user.Described.Id,
            LoginProvider = login.Provider,
            ProviderKey = login.Subject,
            ProviderDisplayName = login.Name,
        }));
    }
}
