using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Authentication.Passkeys;

/// <summary>
/// Why a passkey is refused. A caller learns of it only what depends on what the caller has sent; a wrong signature and a user who is not
/// admitted have the same words.
/// </summary>
internal static class PasskeyRefusals
{
    /// <summary>The private reason stays private.</summary>
    public static Refusal Refused(string reason, string detail) =>
        new(RefusalKind.InvalidCredentials, "The passkey was not accepted.", reason, detail) { PublicReason = Reasons.PasskeyRefused };

    /// <summary>The one kind of answer that cannot be read.</summary>
    public static Refusal Malformed(string detail) => Refused(Reasons.PasskeyMalformed, detail);

    /// <summary>It took too long, or it began in another browser.</summary>
    public static Refusal Challenge(string detail) =>
        new(
            RefusalKind.InvalidCredentials, "The sign-in took too long, or began in another browser.", Reasons.PasskeyChallenge, detail);

    /// <summary>The device has not checked who is there.</summary>
    public static Refusal NotVerified() =>
        new(
            RefusalKind.InvalidCredentials, "The device has not checked that it is you.", Reasons.PasskeyNotVerified,
            "the flag 'user verified' is not set");

    /// <summary>It was removed, or is of another site.</summary>
    public static Refusal Unknown() =>
        new(RefusalKind.InvalidCredentials, "The passkey is not known here.", Reasons.PasskeyUnknown, "no such credential is stored");
}
