namespace IdentityHub.Server.Authentication;

/// <summary>How sure a login makes who the user is: the values of <c>acr</c>. OpenID Connect Core §2.</summary>
internal static class AuthenticationContext
{
    /// <summary>One proof: a password, or a code that was sent.</summary>
    public const string SingleFactor = "urn:identityhub:acr:1";

    /// <summary>Everything that <c>acr</c> can say, for discovery and for requests that insist on one.</summary>
    public static readonly IReadOnlyList<string> Values = [SingleFactor];

    /// <summary>The class of a login by these <c>amr</c> values, separated by one space.</summary>
    public static string Of(string methods) =>
        methods.Length > 0 ? SingleFactor : throw new ArgumentException("A login has a method.", nameof(methods));
}
