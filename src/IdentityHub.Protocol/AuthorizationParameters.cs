namespace IdentityHub.Protocol;

/// <summary>The parameters of an authorization request that mean something here.</summary>
public static class AuthorizationParameters
{
    /// <summary>
    /// RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1, §5.2, §5.5, §7.2.1, OAuth 2.0 Multiple Response Type Encoding
    /// Practices §2.1, RFC 8707 §2. Others are passed over, and never kept.
    /// </summary>
    public static readonly IReadOnlyList<string> All =
    [
        "response_type", "response_mode", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method",
        "display",
        "prompt", "max_age", "ui_locales", "claims_locales", "id_token_hint", "login_hint", "acr_values", "claims", "registration",
        "resource",
    ];
}
