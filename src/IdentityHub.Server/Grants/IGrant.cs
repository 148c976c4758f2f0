using IdentityHub.Protocol;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Grants;

/// <summary>
/// One way of getting tokens: one class, one file, one line in <see cref="GrantsFeature"/>. What it registers is what
/// <c>grant_types_supported</c> says.
/// </summary>
internal interface IGrant
{
    /// <summary>The value of <c>grant_type</c>.</summary>
    string GrantType { get; }

    /// <summary>Decides: the tokens, or the refusal.</summary>
    ValueTask<Outcome<TokenResponse>> HandleAsync(GrantRequest request, CancellationToken cancellationToken);
}
