using System.Text.Json;
using IdentityHub.Cli.Users.Import;

namespace IdentityHub.Cli.Import.Auth0;

/// <summary>The logins of a user at other providers: <c>identities</c>, or where the export has none, the id of the user.</summary>
internal static class Auth0Identities
{
    private const string Section = "identities";

    // Passwords in Auth0's own database, and codes that Auth0 sends: logins that this server has too.
    private static readonly string[] OwnProviders = ["auth0", "email", "sms"];

    private static readonly string[] Tokens = ["access_token", "access_token_secret", "refresh_token", "id_token", "expires_in"];

    /// <param name="id">As Auth0 names the user: the provider, and who they are there.</param>
    /// <param name="more">Counts what is left out.</param>
    /// <returns>Null for none.</returns>
    public static List<ExternalLogin>? Read(string id, IReadOnlyList<SourceObject> parts, UserCounts more)
    {
        var identities = parts.SelectMany(part => part.Objects(Section)).ToList();
        var logins = identities.Count > 0
            ? [.. identities.Select((identity, index) => LoginOf(identity, isFirst: index == 0, more)).OfType<ExternalLogin>()]
            : id.Split('|', 2) is [var provider, var subject] && !OwnProviders.Contains(provider) && subject.Length > 0
                ? [new ExternalLogin(provider, subject, Name: null)]
                : new List<ExternalLogin>();
        return logins.Count == 0 ? null : [.. logins.DistinctBy(login => (login.Provider, login.Subject))];
    }

    private static ExternalLogin? LoginOf(SourceObject identity, bool isFirst, UserCounts more)
    {
        var (provider, connection, subject) = (identity.Text("provider"), identity.Text("connection"), identity.Text("user_id"));
        if (Tokens.Any(key => identity.Find(key) is not null))
            more.Add("identities: tokens of other providers");
        if (identity.Find("profileData") is { ValueKind: JsonValueKind.Object })
            more.Add("identities: profiles at other providers");
        if (provider is null || subject is null)
        {
            more.Add("identities without a provider or a user_id");
            return null;
        }

        if (OwnProviders.Contains(provider))
        {
            // The first is the user's own; with another one the user could sign in too.
            if (!isFirst)
                more.Add($"identities: a second login at {provider}");
            return null;
        }

        // A tenant has several connections to providers of one kind, and the id begins with the connection.
        var name = connection ?? provider;
        return new(
            name, subject.StartsWith($"{name}|", StringComparison.Ordinal) ? subject[(name.Length + 1)..] : subject,
            name == provider ? null : provider);
    }
}
