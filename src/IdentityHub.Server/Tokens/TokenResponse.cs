namespace IdentityHub.Server.Tokens;

/// <summary>What a grant gives. RFC 6749 §5.1; an endpoint writes it in its own form.</summary>
/// <param name="AccessToken">A JWT or an opaque value.</param>
/// <param name="Lifetime">Whole seconds.</param>
/// <param name="Scopes">What was granted; may be empty.</param>
/// <param name="RefreshToken">Null when there is none.</param>
/// <param name="UserId">For the audit trail; null for a client's own token.</param>
/// <param name="SessionId">For the audit trail; null for a client's own token.</param>
internal sealed record TokenResponse(
    string AccessToken,
    TimeSpan Lifetime,
    IReadOnlyList<string> Scopes,
    string? RefreshToken = null,
    Guid? UserId = null,
    Guid? SessionId = null)
{
    /// <summary>OpenID Connect Core §3.1.3.3; null when <c>openid</c> was not granted.</summary>
    public string? IdToken { get; init; }

    /// <summary>RFC 8693 §2.2.1; null at every other grant.</summary>
    public string? IssuedTokenType { get; init; }

    /// <summary>Shows nothing of the tokens.</summary>
    public override string ToString() => $"{nameof(TokenResponse)} {{ Lifetime = {Lifetime} }}";
}
