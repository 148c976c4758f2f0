using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Http.Descriptions;

/// <summary>What the OAuth endpoints have in common, for the documentation.</summary>
internal static class OAuthDescriptions
{
    /// <summary>The heading of the standard endpoint.</summary>
    public const string Tag = "OAuth 2.x and OpenID Connect";

    private static readonly Field[] Error =
    [
        Field.Text("error", "A registered code. RFC 6749 §5.2.") with { IsRequired = true, Example = "\"invalid_grant\"" },
        Field.Text("error_description", "A sentence for developers.") with { Example = "\"The user name or password is wrong.\"" },
        Field.Text("error_reason", "Which check refused; for clients that have authenticated."),
        Field.Text("trace_id", "Under which the log and the audit trail know the call.") with
        {
            Example = "\"019ab3c17d5e4c8f9a513f3a9f1f0c11\"",
        },
    ];

    /// <summary>client_id and client_secret in a form or a body.</summary>
    public static IReadOnlyList<Field> ClientFields { get; } =
    [
        Field.Text("client_id", "Unless it stands in the header."),
        Field.Text("client_secret", "Unless it stands in the header, or the client has none.") with { Format = "password" },
    ];

    /// <summary>The same with an example: a client of the demo configuration, so that a call can be tried out as it stands.</summary>
    /// <param name="secret">Null for a public client.</param>
    public static IReadOnlyList<Field> ClientFieldsOf(string clientId, string? secret) =>
    [
        ClientFields[0] with { Example = $"\"{clientId}\"" },
        secret is null ? ClientFields[1] : ClientFields[1] with { Example = $"\"{secret}\"" },
    ];

    /// <summary>The IP address of the user that a trusted back end calls for.</summary>
    public static Field EndUserAddress { get; } =
        Field.Text(
            "on_behalf_of_ip",
            "IP address of the user for whom a back end calls; it counts where the client's `on_behalf_of_ip` is true.") with
        {
            Example = "\"203.0.113.7\"",
        };

    /// <summary>What every grant but the refresh may ask for.</summary>
    public static Field Scope { get; } = Field.Text("scope", "Separated by blanks; left out: the client's default.");

    /// <summary>RFC 6749 §5.1.</summary>
    public static IReadOnlyList<Field> Tokens { get; } =
    [
        Field.Text("access_token", "A JWT (RFC 9068) or an opaque value.") with { IsRequired = true },
        Field.Text("token_type", "`Bearer`.") with { IsRequired = true, Example = "\"Bearer\"" },
        new Field("expires_in", FieldType.Number, "Seconds.") { IsRequired = true, Example = "3600" },
        Field.Text("scope", "What was granted."),
        Field.Text("refresh_token", "Where the client gets one."),
        Field.Text("id_token", "With `openid`."),
    ];

    /// <summary>Refusals in the shape of RFC 6749 §5.2.</summary>
    public static IEnumerable<DescribedAnswer> Errors(params IEnumerable<int> statuses) =>
        statuses.Select(status => new DescribedAnswer(status, TextOf(status)) { Fields = Error });

    private static string TextOf(int status) => status switch
    {
        400 => "The request, the grant or the scope is refused.",
        401 => "The client, or the token, is refused.",
        403 => "The token lacks a scope.",
        405 => "Another verb than those of `Allow`.",
        429 => "Too many calls or attempts; `Retry-After`.",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
