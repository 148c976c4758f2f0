using IdentityHub.Server.Hosting;

namespace IdentityHub.Server.Admin.Api;

/// <summary>
/// One call of a service of the administration: who calls, and what the call depends on. The pages make it as the API does.
/// </summary>
/// <param name="Condition">The state that the object must be in for a change.</param>
/// <param name="Idempotency">The caller's key for a call that may be repeated; null for none.</param>
internal sealed record AdminCall(
    AdminCaller Caller, RequestContext Context, ObjectCondition Condition, RequestKey? Idempotency, CancellationToken Cancelled)
{
    /// <summary>When the request arrived, UTC.</summary>
    public DateTimeOffset Now => Context.Now;
}

/// <summary>The caller's key of a request, and what identifies the request; both as hashes.</summary>
internal sealed record RequestKey(byte[] KeyHash, byte[] RequestHash);
