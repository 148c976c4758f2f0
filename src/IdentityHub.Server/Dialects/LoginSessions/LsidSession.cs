using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>A session that was just started, with its LSID, which cannot be read again later.</summary>
internal sealed record LsidSession(StoredLoginSession Session, string Lsid)
{
    public override string ToString() => $"{nameof(LsidSession)} {{ SessionId = {Session.Id} }}";
}
