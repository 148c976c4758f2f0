namespace IdentityHub.Server.Ui.ControlRoom.SignIn;

/// <summary>What the parameter <c>state</c> of a login for the control room holds, encrypted.</summary>
/// <param name="ReturnPath">The page of the control room that the browser goes to then.</param>
/// <param name="Verifier">The <c>code_verifier</c> of RFC 7636. A secret.</param>
/// <param name="BrowserTag">Names the browser that began (<c>InteractionCookie</c>): in another one it counts for nothing.</param>
internal sealed record ControlRoomLogin(string ReturnPath, string Verifier, string BrowserTag)
{
    /// <summary>Shows nothing of the verifier.</summary>
    public override string ToString() => $"{nameof(ControlRoomLogin)} {{ {ReturnPath} }}";
}

/// <summary>What the cookie of the control room holds, encrypted.</summary>
/// <param name="SessionId">The session of the browser that it belongs to, and ends with.</param>
/// <param name="SeenAt">The last click; from then on the idle time runs.</param>
internal sealed record ControlRoomEntry(Guid SessionId, DateTimeOffset SeenAt);
