using System.Text.RegularExpressions;
using IdentityHub.Storage;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.ApiKeys;

/// <summary>What a new key may be called, and where it may hold.</summary>
internal static partial class ApiKeyName
{
    // As the configuration names it.
    private const string Section = "api_keys";

    public static bool IsValid(string name) => Pattern().IsMatch(name);

    /// <exception cref="CommandException">A key of the configuration files has the name, or there is no such organization.</exception>
    public static async Task RequireFreeAsync(HubDatabase database, string name, string? organization, CancellationToken cancellationToken)
    {
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        if (await context.ConfigObjects.AnyAsync(row => row.Kind == Section && row.Name == name, cancellationToken))
            throw new CommandException($"A key of the configuration files has the name '{name}'.");
        if (organization is not null && !await context.Organizations.AnyAsync(row => row.Id == organization, cancellationToken))
            throw new CommandException(
                $"There is no organization '{organization}'; organizations are defined in the configuration files (hub config apply).");
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex Pattern();
}
