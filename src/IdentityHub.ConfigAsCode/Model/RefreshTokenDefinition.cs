using System.ComponentModel;

namespace IdentityHub.ConfigAsCode;

/// <summary>Refresh tokens of one client. RFC 9700 §4.14.</summary>
[Description("Rotation and lifetimes of refresh tokens.")]
public sealed record RefreshTokenDefinition
{
    [Description("True: each use gives a new refresh token, and reuse of an old one revokes its family.")]
    public bool Rotation { get; set; } = true;

    [Description("How long after a rotation the old token still gets the same successor, for a client that lost the answer.")]
    [DurationRange("0s", "5m")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);

    [Description("How long a token may lie unused; at most absolute_lifetime.")]
    [DurationRange("1s", "3650d")]
    public TimeSpan IdleLifetime { get; set; } = TimeSpan.FromDays(15);

    [Description("How long the family lives, counted from the login.")]
    [DurationRange("1s", "3650d")]
    public TimeSpan AbsoluteLifetime { get; set; } = TimeSpan.FromDays(90);
}
