using System.CommandLine;
using IdentityHub.Storage;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Users;

/// <summary>Finds the user that somebody names.</summary>
internal static class NamedUser
{
    /// <summary>What may be typed.</summary>
    public const string Forms = "User name, e-mail address, phone number or id.";

    public static Argument<string> NewArgument() => new("USER") { Description = Forms };

    /// <summary>The id of the user.</summary>
    /// <param name="mayBeGone">True: an id is taken as it is, because rows about a user stay longer than the user.</param>
    /// <exception cref="CommandException">There is no such user.</exception>
    public static async Task<Guid> FindAsync(HubDatabase database, string named, bool mayBeGone, CancellationToken cancellationToken)
    {
        var directory = new UserDirectory(database);
        var isId = Guid.TryParseExact(named, "D", out var id);
        if (isId && mayBeGone)
            return id;
        var found = isId
            ? await directory.FindCredentialAsync(id, cancellationToken)
            : await directory.FindCredentialAsync(named, cancellationToken);
        return found?.UserId ?? throw new CommandException("There is no user with this name, e-mail address, phone number or id.");
    }
}
