using IdentityHub.Storage;
using IdentityHub.Storage.Installation;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SecondFactors;

namespace IdentityHub.Cli.Users.Import;

/// <summary>The authenticator apps and recovery codes of imported users, stored as the server stores them.</summary>
/// <param name="key">The key-protection key; null where there is none, so that users who have an app are refused.</param>
internal sealed class ImportedFactors(HubDatabase database, KeyProtector? key)
{
    private readonly RecoveryCodeHasher? _hasher = key is null ? null : new RecoveryCodeHasher(key);
    private bool _isKeyKnown;

    /// <summary>Why the user cannot be imported; null when they can.</summary>
    public string? RefusalOf(ImportedUser user) =>
        key is null && user.TotpSecret is not null
            ? "The secret of an authenticator app is stored wrapped by the key-protection key: name its file with --key-file."
            : null;

    /// <summary>Adds the rows of the users to the context; nothing is saved yet.</summary>
    /// <exception cref="CommandException">The key is not that of the database.</exception>
    public async Task AddAsync(
        HubDbContext context, IReadOnlyList<ImportedUser> users, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var protectedUsers = users.Where(user => user.TotpSecret is not null).ToList();
        if (protectedUsers.Count == 0)
            return;
        await RememberKeyAsync(now, cancellationToken);
        foreach (var user in protectedUsers)
        {
            var id = user.Described.Id;
            context.TotpAuthenticators.Add(new TotpAuthenticator
            {
                UserId = id,
                WrappedSecret = TotpWrapping.Wrap(key!, id, user.TotpSecret),
                LastStep = 0,
                CreatedAt = now,
            });
            context.RecoveryCodes.AddRange(user.RecoveryCodes.Select(code => new RecoveryCode
            {
                UserId = id,
                CodeHash = _hasher!.HashOf(id, code),
                CreatedAt = now,
            }));
        }
    }

    // A database that is still empty knows no key: a server with another one could read none of the secrets.
    private async Task RememberKeyAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_isKeyKnown)
            return;
        var marks = new InstallationMarks(database.Call);
        await marks.WriteKeyAsync(key!, now, cancellationToken);
        if (await marks.RefuseKeyAsync(key!, hasMarks: true, cancellationToken) is { } foreign)
            throw new CommandException(foreign);
        _isKeyKnown = true;
    }
}
