namespace IdentityHub.Server.Authentication.SecondFactors;

/// <summary>
/// A login whose first factor was right and whose second is asked for. It travels through the browser, protected; no session exists yet.
/// </summary>
/// <param name="Id">Makes it single use: the login that it ends in starts one session.</param>
/// <param name="SecurityStamp">The user's, as it was when the first factor was checked.</param>
/// <param name="Methods"><c>amr</c> of the first factor.</param>
/// <param name="Remember">True when the user wants to stay signed in after the browser was closed.</param>
/// <param name="BrowserTag">Names the browser in which the first factor was proven: in another one it is worth nothing.</param>
/// <param name="At">When the first factor was proven.</param>
internal sealed record PendingLogin(
    Guid Id, Guid UserId, string SecurityStamp, string Methods, bool Remember, string BrowserTag, DateTimeOffset At)
{
    /// <summary>True when the user has no second factor, must set one up, and may put that off.</summary>
    public bool MayBeSkipped { get; init; }

    /// <summary>How long the second factor may take.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public override string ToString() => $"{nameof(PendingLogin)} {{ UserId = {UserId} }}";
}
