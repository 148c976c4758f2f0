using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Clients;
using IdentityHub.Storage;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.Server.Background;

/// <summary>
/// Refuses to start a production server that holds secrets or users of the files that are shipped for trying out, however they got into its
/// database. Of the users only those with the name, address or id of a shipped one are looked at: a password costs a good part of a second.
/// ASSURANCE L8.
/// </summary>
internal sealed class DemoGuard(ClientRegistry registry, HubDatabase database, IPasswordHasher<User> hasher)
{
    private const string FindSql =
        """
        SELECT user_name, password_hash FROM users
        WHERE (normalized_user_name = $1 OR normalized_email = $2 OR id = $3) AND password_hash IS NOT NULL AND disabled_at IS NULL
        """;

    /// <exception cref="InvalidDataException">There are some; names each and says what to do, one sentence a line.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var holder in Holders(registry.Current.Document))
            found.Add(
                $"{holder} has a secret of the files that are shipped for trying out, which everybody knows. Give it another one in the "
                    + "configuration files, and run: hub config apply");
        foreach (var user in DemoSecrets.Users)
        {
            foreach (var name in await FindAsync(user, cancellationToken))
                found.Add(
                    $"User '{name}' has the password of a user that is shipped for trying out, which everybody knows. Set another one: hub "
                        + $"users password {name}");
        }

        if (found.Count > 0)
            throw new InvalidDataException(string.Join('\n', found));
    }

    private static IEnumerable<string> Holders(ConfigDocument document)
    {
        foreach (var client in document.Clients.Where(client => client.ClientSecrets.Any(secret => DemoSecrets.Contains(secret.Digest))))
            yield return $"Client '{client.ClientId}'";
        foreach (var resource in document.ApiResources.Where(resource =>
                resource.ClientSecrets.Any(secret => DemoSecrets.Contains(secret.Digest))))
            yield return $"API resource '{resource.Name}'";
        foreach (var key in document.ApiKeys.Where(key => DemoSecrets.Contains(key.Sha256)))
            yield return $"API key '{key.Name}'";
        foreach (var tenant in document.Tenants.Where(tenant => tenant.ApiKeys.Any(key => DemoSecrets.Contains(key.Value.Reveal()))))
            yield return $"Tenant '{tenant.Alias}'";
    }

    private async Task<IEnumerable<string>> FindAsync(DemoUser demo, CancellationToken cancellationToken)
    {
        var stored = await database.Call(FindSql)
            .With(NameNormalizer.Normalize(demo.UserName))
            .With(demo.Email is { } email ? NameNormalizer.Normalize(email) : null)
            .With(demo.Id)
            .ListAsync(static row => (Name: row.Text("user_name"), Hash: row.Text("password_hash")), cancellationToken);
        return stored
            .Where(user => hasher.VerifyHashedPassword(new User(), user.Hash, demo.Password) != PasswordVerificationResult.Failed)
            .Select(user => user.Name);
    }
}
