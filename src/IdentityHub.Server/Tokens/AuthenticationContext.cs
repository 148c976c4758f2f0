using System.Collections.Immutable;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Tokens;

/// <summary>
/// How sure a login makes who the user is: the values of <c>acr</c>. OpenID Connect Core §2. A higher level includes the lower ones.
/// </summary>
internal static class AuthenticationContext
{
    /// <summary>One proof: a password, or a code that was sent.</summary>
    public const string SingleFactor = ContextClasses.SingleFactor;

    /// <summary>Two proofs of different kinds, e.g. a password and a code of an authenticator app.</summary>
    public const string TwoFactors = ContextClasses.TwoFactors;

    /// <summary>A proof that a foreign site cannot ask for in this one's name: a passkey.</summary>
    public const string PhishingResistant = ContextClasses.PhishingResistant;

    /// <summary><c>amr</c> of a login by several factors. RFC 8176 §2.</summary>
    public const string SeveralFactors = "mfa";

    // A key in hardware, or in software: RFC 8176 §2. Only passkeys have these methods.
    private static readonly string[] KeyMethods = ["hwk", "swk"];

    /// <summary>What a login here can reach, from the lowest level, for discovery and for requests that insist on one.</summary>
    public static readonly ImmutableArray<string> Values = [.. ContextClasses.All];

    /// <summary>The class of a login by these <c>amr</c> values, separated by one space.</summary>
    public static string Of(string methods) => Values[LevelOf(methods) - 1];

    /// <summary>The level of a value that a client asks for; null for one that no login here reaches.</summary>
    public static int? LevelOfClass(string contextClass) =>
        Values.IndexOf(contextClass) is var index and >= 0 ? index + 1 : null;

    /// <summary>The level of a login by these <c>amr</c> values: 1 to 3.</summary>
    public static int LevelOf(string methods)
    {
        if (methods.Length == 0)
            throw new ArgumentException("A login has a method.", nameof(methods));
        var level = 1;
        foreach (var range in methods.AsSpan().Split(' '))
        {
            var method = methods.AsSpan(range);
            if (method.SequenceEqual(KeyMethods[0]) || method.SequenceEqual(KeyMethods[1]))
                return 3;
            if (method.SequenceEqual(SeveralFactors))
                level = 2;
        }

        return level;
    }
}
