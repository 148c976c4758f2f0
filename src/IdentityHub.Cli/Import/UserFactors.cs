using IdentityHub.Cli.Users.Import;

namespace IdentityHub.Cli.Import;

/// <summary>What the report says of second factors that several systems have.</summary>
internal static class UserFactors
{
    /// <summary>True for a secret of an authenticator app that <c>hub users import</c> takes.</summary>
    public static bool IsSecret(byte[]? bytes) =>
        bytes is { Length: >= ImportedUser.MinSecretBytes and <= ImportedUser.MaxSecretBytes };

    /// <summary>Of passkeys and security keys.</summary>
    public const string PasskeyAdvice =
        "A passkey is bound to the address of the server that made it. It was left out: users make new ones at /account/passkeys.";

    /// <summary>Of recovery codes that are stored in a form that cannot be brought along.</summary>
    public const string CodesAdvice =
        "Recovery codes are stored as hashes of another kind. They were left out: the user makes new ones at /account.";

    /// <summary>Of a second factor that there is none of here, and that leaves the password alone.</summary>
    public const string LostAdvice =
        "It was left out, so that the password alone is enough: the user must set up a second factor again.";
}
