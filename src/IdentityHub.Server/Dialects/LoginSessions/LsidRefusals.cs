using IdentityHub.Protocol;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>What the rules of login sessions refuse. contracts/lsid-sessions.md.</summary>
internal static class LsidRefusals
{
    /// <summary>The session does not exist, has ended, or is not visible to the caller. The caller cannot tell which.</summary>
    public static Refusal NoSession(string reason) => NotFound("There is no such session.", reason);

    /// <summary>The same for a user.</summary>
    public static Refusal NoUser(string reason) => NotFound("There is no such user.", reason);

    /// <summary>The same for what a session wants to act as.</summary>
    public static Refusal NoSuch(string what, string reason) => NotFound($"There is no such session or {what}.", reason);

    public static Refusal Forbidden(string description, string reason) => Refusal.Of(RefusalKind.Forbidden, description, reason);

    private static Refusal NotFound(string description, string reason) =>
        new(RefusalKind.NotFound, description, reason, $"refused: {reason}");
}
