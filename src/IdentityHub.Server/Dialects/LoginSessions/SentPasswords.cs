using IdentityHub.Protocol;
using IdentityHub.Server.Authentication.Passwords;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>Passwords as members of a body: <c>newPassword</c>, or <c>newPasswordHash</c> in its place.</summary>
internal static class SentPasswords
{
    /// <summary>Null when there is neither, or both.</summary>
    public static SentPassword? Read(Parameters body, string name) => (body[name], body[name + "Hash"]) switch
    {
        ({ } password, null) => new SentPassword(password, IsHash: false),
        (null, { } hash) => new SentPassword(hash, IsHash: true),
        _ => null,
    };
}
