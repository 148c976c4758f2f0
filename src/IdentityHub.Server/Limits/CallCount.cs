using IdentityHub.Protocol;

namespace IdentityHub.Server.Limits;

/// <summary>How an endpoint counts a call, for who finds out who calls.</summary>
/// <param name="credential">Who calls, proven; null: only the address is known.</param>
/// <returns>The refusal when there were too many calls; else null.</returns>
internal delegate ValueTask<Refusal?> CallCount(string? credential);
