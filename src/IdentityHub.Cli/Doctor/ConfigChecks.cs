using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Doctor;

/// <summary>
/// Whether the configuration files are sound, and nothing in the database is known from the files that are shipped for trying out.
/// </summary>
internal static class ConfigChecks
{
    private const string Files = "configuration";
    private const string Demo = "demo secrets";

    public static Finding CheckFiles(CommandSettings settings)
    {
        if (!Directory.Exists(settings.ConfigDirectory))
            return Finding.Skipped(Files, $"there is no folder '{settings.ConfigDirectory}' here");
        var faults = settings.LoadConfig().Faults;
        return faults.Count == 0
            ? Finding.Ok(Files, $"no faults in '{settings.ConfigDirectory}'")
            : Finding.Fault(
                Files, $"{faults.Count} fault{(faults.Count == 1 ? "" : "s")} in '{settings.ConfigDirectory}', the first one: {faults[0]}",
                "Run: hub config validate");
    }

    /// <param name="key">Null where it cannot be used.</param>
    public static async Task<Finding> CheckDemoAsync(
        HubDatabase database, KeyProtector? key, string stage, CancellationToken cancellationToken)
    {
        if (stage == ConfigContext.Development)
            return Finding.Skipped(Demo, "not looked for on the stage development");
        var found = await FindUsersAsync(database, cancellationToken);
        if (key is not null)
            found.AddRange(Holders((await new ConfigObjectReader(database, key).ReadAsync(cancellationToken)).Document));
        if (found.Count > 0)
        {
            return Finding.Fault(
                Demo, $"{string.Join(", ", found)}: with a secret of the files that are shipped for trying out, which everybody knows",
                "Give them others: in the configuration files (hub config apply), to users by hub users password.");
        }

        return key is null
            ? Finding.Skipped(Demo, "no user has one; others were not compared, because the key file cannot be used")
            : Finding.Ok(Demo, "none in the database");
    }

    private static IEnumerable<string> Holders(ConfigDocument document) =>
    [
        .. document
            .Clients.Where(client => client.ClientSecrets.Any(secret => DemoSecrets.Contains(secret.Digest)))
            .Select(client => $"client '{client.ClientId}'"),
        .. document
            .ApiResources.Where(resource => resource.ClientSecrets.Any(secret => DemoSecrets.Contains(secret.Digest)))
            .Select(resource => $"API resource '{resource.Name}'"),
        .. document.ApiKeys.Where(apiKey => DemoSecrets.Contains(apiKey.Sha256)).Select(apiKey => $"API key '{apiKey.Name}'"),
        .. document
            .Tenants.Where(tenant => tenant.ApiKeys.Any(apiKey => DemoSecrets.Contains(apiKey.Value.Reveal())))
            .Select(tenant => $"tenant '{tenant.Alias}'"),
    ];

    // Only users with the name, the address or the id of a shipped one are looked at: a password costs a good part of a second.
    private static async Task<List<string>> FindUsersAsync(HubDatabase database, CancellationToken cancellationToken)
    {
        var hasher = new UserPasswordHasher(UserPasswordHasher.MinIterations);
        var found = new List<string>();
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        foreach (var demo in DemoSecrets.Users)
        {
            var (name, email) = (NameNormalizer.Normalize(demo.UserName), demo.Email is null ? null : NameNormalizer.Normalize(demo.Email));
            var users = await context.Users.AsNoTracking()
                .Where(user => user.NormalizedUserName == name || (email != null && user.NormalizedEmail == email) || user.Id == demo.Id)
                .Where(user => user.PasswordHash != null && user.DisabledAt == null)
                .ToListAsync(cancellationToken);
            found.AddRange(users
                .Where(user => hasher.VerifyHashedPassword(user, user.PasswordHash!, demo.Password) != PasswordVerificationResult.Failed)
                .Select(user => $"user '{user.UserName}'"));
        }

        return found;
    }
}
