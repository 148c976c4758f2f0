using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Protocol.Scim;

/// <summary>What SCIM refuses, one method for each <c>scimType</c> of RFC 7644 §3.12.</summary>
public static class ScimRefusals
{
    /// <summary><c>invalidFilter</c>.</summary>
    public static Refusal Filter(string description) => Refusal.InvalidRequest(description, Reasons.ScimFilter);

    /// <summary><c>invalidPath</c>.</summary>
    public static Refusal Path(string description) => Refusal.InvalidRequest(description, Reasons.ScimPath);

    /// <summary><c>noTarget</c>.</summary>
    public static Refusal NoTarget(string description) => Refusal.InvalidRequest(description, Reasons.ScimTarget);

    /// <summary><c>invalidSyntax</c>.</summary>
    public static Refusal Syntax(string description) => Refusal.InvalidRequest(description, Reasons.ScimSyntax);

    /// <summary><c>invalidValue</c>.</summary>
    public static Refusal Value(string description) => Refusal.InvalidRequest(description, Reasons.ScimValue);

    /// <summary><c>mutability</c>.</summary>
    public static Refusal Mutability(string description) => Refusal.InvalidRequest(description, Reasons.ScimMutability);

    /// <summary><c>tooMany</c>.</summary>
    public static Refusal TooMany(string description) => Refusal.Of(RefusalKind.ContentTooLarge, description, Reasons.ScimTooMany);

    /// <summary><c>uniqueness</c>.</summary>
    public static Refusal Taken(string description) => Refusal.Of(RefusalKind.Conflict, description, Reasons.ScimTaken);

    /// <summary>A name of the caller's, as it is shown in a sentence: printable, and not too long.</summary>
    public static string Shown(string text) =>
        string.Concat(text.Take(80).Select(c => c is >= ' ' and <= '~' and not ('\'' or '"') ? c : '?'));
}
