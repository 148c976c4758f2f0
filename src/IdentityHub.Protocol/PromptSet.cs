using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Protocol;

/// <summary>
/// The <c>prompt</c> parameter. OpenID Connect Core §3.1.2.1; <c>create</c>: Initiating User Registration via OpenID Connect §4.
/// </summary>
/// <param name="None">No page may be shown.</param>
/// <param name="Login">The user logs in, signed in or not.</param>
/// <param name="Consent">The user is asked, whatever was agreed before.</param>
/// <param name="SelectAccount">The user selects the account to continue with.</param>
/// <param name="Create">The user has no account yet.</param>
public sealed record PromptSet(bool None, bool Login, bool Consent, bool SelectAccount, bool Create)
{
    /// <summary>The value that asks for an account to be made: kept only where users may make one themselves.</summary>
    public const string CreateAccount = "create";

    /// <summary>The values, in the order in which discovery lists them.</summary>
    public static IReadOnlyList<string> Values { get; } = ["none", "login", "consent", "select_account", CreateAccount];

    /// <summary>Reads the parameter; null asks for nothing. Refused: an unknown value, and <c>none</c> together with another.</summary>
    public static Outcome<PromptSet> Parse(string? prompt)
    {
        var values = (prompt ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (values.Any(value => !Values.Contains(value, StringComparer.Ordinal)))
            return Refusal.InvalidRequest($"Parameter 'prompt' may hold {string.Join(", ", Values)}.", Reasons.Prompt);
        if (values.Contains("none", StringComparer.Ordinal) && values.Distinct(StringComparer.Ordinal).Count() > 1)
            return Refusal.InvalidRequest("Parameter 'prompt' holds none together with another value.", Reasons.Prompt);
        return new PromptSet(Has("none"), Has("login"), Has("consent"), Has("select_account"), Has(CreateAccount));

        bool Has(string value) => values.Contains(value, StringComparer.Ordinal);
    }
}
