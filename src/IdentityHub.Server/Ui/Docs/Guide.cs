using System.Reflection;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Ui.Docs;

/// <summary>A page to get started with a set of endpoints. Its text is a file of <c>Ui/Docs/Guides</c>.</summary>
/// <param name="Name">The last part of its path, and the name of its file.</param>
/// <param name="Lead">One sentence, for the list.</param>
/// <param name="Dialect">The older API that must be on; null for the standard endpoints.</param>
/// <param name="Sets">Names of the pages of its calls.</param>
internal sealed record Guide(string Name, string Title, string Lead, string? Dialect, params IReadOnlyList<string> Sets)
{
    /// <summary>All of them, in the order of the list.</summary>
    public static IReadOnlyList<Guide> All { get; } =
    [
        new("oauth", "OAuth and OpenID Connect", "tokens for back ends and for applications with users; what new clients use.",
            null, "oauth-2-x-and-openid-connect"),
        new("hash-secret", "Hash and secret", "a token of 15 minutes for the back end of a partner.",
            DialectNames.HashSecret, "hash-and-secret"),
        new("client-accounts", "Service users and client accounts", "the accounts of a customer's own users, in five calls.",
            DialectNames.ClientAccounts, "service-users", "client-accounts"),
        new("oauth-v2", "OAuth v2 with JSON, and one-time passwords", "tokens by JSON bodies, and codes by e-mail or text message.",
            DialectNames.OAuthV2, "oauth-v2-with-json-bodies", "one-time-passwords"),
        new("login-sessions", "Login sessions", "code that acts for a logged-in user (LSID) or for an integrated system (API key).",
            DialectNames.Lsid, "login-sessions"),
        new("open-endpoints", "Open endpoints", "calls with tokens that a tenant signs itself, for mobile apps and referral programmes.",
            DialectNames.OpenEndpoints, "open-endpoints"),
    ];

    /// <summary>The text, with its places to fill in: <c>{{sample:ID}}</c>, <c>{{call:ID}}</c>, <c>{{limit:ID}}</c>,
    /// <c>{{server}}</c>, <c>{{servers}}</c> (of the older APIs), <c>{{issuer}}</c>.</summary>
    public string Text { get; } = Read(Name);

    /// <summary>What the calls under a heading are for, a sentence.</summary>
    /// <param name="tag">The heading.</param>
    public static string LeadOf(string tag)
    {
        var name = CallSet.NameOf(tag);
        return All.FirstOrDefault(guide => guide.Sets.Contains(name, StringComparer.Ordinal)) is { Lead: var lead }
            ? char.ToUpperInvariant(lead[0]) + lead[1..]
            : "For administrators, and for programs that act for them.";
    }

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"guides/{name}.html")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
