namespace IdentityHub.Protocol.Vocabulary;

/// <summary>
/// How sure a login makes who the user is: the values of <c>acr</c>. OpenID Connect Core §2. A higher level includes the lower ones.
/// </summary>
public static class ContextClasses
{
    /// <summary>One proof: a password, or a code that was sent.</summary>
    public const string SingleFactor = "urn:identityhub:acr:1";

    /// <summary>Two proofs of different kinds, e.g. a password and a code of an authenticator app.</summary>
    public const string TwoFactors = "urn:identityhub:acr:2";

    /// <summary>A proof that a foreign site cannot ask for in this one's name: a passkey.</summary>
    public const string PhishingResistant = "urn:identityhub:acr:3";

    /// <summary>All of them, the lowest level first.</summary>
    public static IReadOnlyList<string> All { get; } = [SingleFactor, TwoFactors, PhishingResistant];
}
