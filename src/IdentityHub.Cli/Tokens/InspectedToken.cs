using IdentityHub.Cli.Output;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.AccessTokens;

namespace IdentityHub.Cli.Tokens;

/// <summary>What is known of a token. Nothing in it is secret.</summary>
/// <param name="Kind"><c>access_token</c>, <c>refresh_token</c>, <c>id_token</c> or <c>logout_token</c>.</param>
/// <param name="Form"><c>jwt</c> or <c>opaque</c>.</param>
/// <param name="Reason">The stable reason why it is not live; null while it is, and for a JWT that is about a login.</param>
internal sealed record InspectedToken(string Kind, string Form, bool Live, string? Reason)
{
    private const int LabelWidth = 16;

    public string? ClientId { get; init; }

    public Guid? UserId { get; init; }

    public string? UserName { get; init; }

    /// <summary>The user who acts as the token's user.</summary>
    public Guid? ActingUserId { get; init; }

    public Guid? SessionId { get; init; }

    /// <summary>The refresh tokens that follow from each other, with what was issued with them.</summary>
    public Guid? FamilyId { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyList<string> Audiences { get; init; } = [];

    public DateTimeOffset? IssuedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When a refresh token was exchanged for its successor.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Why the refresh tokens were revoked.</summary>
    public string? RevokeReason { get; init; }

    public DateTimeOffset? SessionEndedAt { get; init; }

    public string? SessionEndReason { get; init; }

    public string? Issuer { get; init; }

    public string? TokenId { get; init; }

    public string? KeyId { get; init; }

    public string? Algorithm { get; init; }

    /// <summary>Writes it for people.</summary>
    public void Write(CommandOutput output)
    {
        Line("Kind", $"{Kind} ({Form})");
        Line("Live", Live ? "yes" : $"no: {WhyNot()}");
        Line("Client", ClientId);
        Line("User", UserName is null ? UserId?.ToString() : $"{UserName} ({UserId})");
        Line("Acted in by", ActingUserId is null ? null : $"{ActingUserId}; whether they still may is not looked at");
        Line("Session", SessionId?.ToString());
        Line("Family", FamilyId?.ToString());
        Line("Scopes", string.Join(' ', Scopes));
        Line("Audiences", string.Join(' ', Audiences));
        Line("Issued", TimeOf(IssuedAt));
        Line("Expires", TimeOf(ExpiresAt));
        Line("Used", TimeOf(UsedAt));
        Line("Revoked", Ended(RevokedAt, RevokeReason));
        Line("Session ended", Ended(SessionEndedAt, SessionEndReason));
        Line("Issuer", Issuer);
        Line("Token id", TokenId);
        Line("Signed with", KeyId is null ? null : $"{KeyId} ({Algorithm})");

        void Line(string label, string? value) => output.WriteField(label, value, LabelWidth);
    }

    /// <summary>Why it is not live, as a sentence.</summary>
    public string WhyNot() => Reason is null ? "It has expired." : $"{Reason}. {ReasonText.Describe(Reason)}";

    private static string? TimeOf(DateTimeOffset? time) => time is null ? null : CommandOutput.Time(time);

    private static string? Ended(DateTimeOffset? at, string? reason) =>
        at is null ? null
        : reason is null ? CommandOutput.Time(at)
        : $"{CommandOutput.Time(at)}, {reason}. {ReasonText.DescribeEnd(reason)}";
}

/// <summary>A token that was found, with what it is revoked by.</summary>
/// <param name="Hash">SHA-256 of an opaque one.</param>
/// <param name="Claims">Of an access token that is a JWT.</param>
internal sealed record FoundToken(InspectedToken Shown, byte[]? Hash, AccessToken? Claims);
