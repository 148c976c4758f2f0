using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Protocol;

/// <summary>Refusals of authorization requests. RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6, RFC 9101 §6.2, RFC 9126 §2.3.</summary>
public static class AuthorizationRefusals
{
    public static Refusal LoginRequired(string detail) =>
        new(RefusalKind.LoginRequired, "The user must log in.", Reasons.LoginRequired, detail);

    public static Refusal ConsentRequired(string detail) =>
        new(RefusalKind.ConsentRequired, "The user must agree to what the client asks for.", Reasons.ConsentRequired, detail);

    public static Refusal AccessDenied(string detail) =>
        new(RefusalKind.AccessDenied, "The user has refused.", Reasons.AccessDenied, detail);

    public static Refusal UnsupportedResponseType(string description) =>
        Refusal.Of(RefusalKind.UnsupportedResponseType, description, Reasons.UnsupportedResponseType);

    /// <summary>Nothing is fetched from an address that a request names.</summary>
    public static Refusal RequestUriNotSupported() => new(
        RefusalKind.RequestUriNotSupported, "Parameter 'request_uri' must be one that this server has issued (RFC 9126).",
        Reasons.RequestUriForeign, "request_uri is no reference of this server");

    public static Refusal InvalidRequestUri(string reason, string detail) =>
        new(RefusalKind.InvalidRequestUri, "The request_uri is unknown, expired, used or was issued to another client.", reason, detail);

    public static Refusal InvalidRequestObject(string reason, string detail) =>
        new(RefusalKind.InvalidRequestObject, $"The request object is refused: {detail}.", reason, detail);

    /// <summary>OpenID Connect Core Unmet Authentication Requirements §2.</summary>
    public static Refusal UnmetAuthenticationRequirements(string detail) => new(
        RefusalKind.UnmetAuthenticationRequirements, "No login here meets what the request insists on.",
        Reasons.UnmetAuthenticationRequirements, detail);
}
