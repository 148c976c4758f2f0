using System.ComponentModel;

namespace IdentityHub.ConfigAsCode;

/// <summary>One-time passwords of one client; contracts/oauth-v2-and-otp.md.</summary>
[Description("One-time passwords by e-mail or text message.")]
public sealed record OtpDefinition
{
    [Description("Off unless it is turned on.")]
    public bool Enabled { get; init; }

    [Description("How long a code lives.")]
    [DurationRange("30s", "30m")]
    public TimeSpan Ttl { get; set; } = TimeSpan.FromMinutes(10);

    [Description("Length of a code.")]
    [Range(6, 10)]
    public int Digits { get; set; } = 6;

    [Description("True: an unknown address is sent a code, and its account is made when that code is first used.")]
    public bool AllowNewUsers { get; init; }
}
