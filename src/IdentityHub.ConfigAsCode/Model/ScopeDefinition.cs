using System.ComponentModel;

namespace IdentityHub.ConfigAsCode;

/// <summary>A scope in addition to the built-in ones. RFC 6749 §3.3.</summary>
[Description("A right that a client can ask for.")]
public sealed record ScopeDefinition : ConfigDefinition
{
    [Description("Unique; compared exactly. RFC 6749 §3.3.")]
    [Matches(@"^[\x21\x23-\x5B\x5D-\x7E]{1,128}$", "1 to 128 visible ASCII characters other than \" and \\")]
    public required string Name { get; init; }

    [Description("What the consent page says.")]
    public string? DisplayName { get; init; }

    [Description("A second line on the consent page.")]
    public string? Description { get; init; }

    [Description("Claims of the user that tokens with this scope carry: built-in ones, and those of 'claims'.")]
    public IReadOnlyList<string> Claims { get; set; } = [];
}
