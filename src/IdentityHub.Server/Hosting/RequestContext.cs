using System.Buffers.Binary;
using System.Diagnostics;

namespace IdentityHub.Server.Hosting;

/// <summary>
/// The context of one request: its endpoint, its origin, and the trace id of its answer, its log lines and its audit rows.
/// Endpoints make it; everything below passes it on.
/// </summary>
/// <param name="Endpoint">Path of the endpoint without the leading slash, e.g. <c>connect/token</c>.</param>
/// <param name="IpAddress">Of the caller; behind a trusted proxy the forwarded one.</param>
/// <param name="UserAgent">Cut to 256 characters.</param>
/// <param name="Now">When the request arrived, UTC: one request, one time.</param>
/// <param name="TraceParent">The caller's <c>traceparent</c> header (W3C Trace Context §3.2); null when there is none.</param>
public sealed class RequestContext(string Endpoint, string IpAddress, string? UserAgent, DateTimeOffset Now, string? TraceParent = null)
{
    private Guid _traceId;

    public string Endpoint { get; } = Endpoint;

    public string IpAddress { get; } = IpAddress;

    public string? UserAgent { get; } = UserAgent;

    public DateTimeOffset Now { get; } = Now;

    /// <summary>Who the caller claims to be; proven once <see cref="ClientAuthenticated"/> is set.</summary>
    public string? ClientId { get; set; }

    /// <summary>
    /// The configuration generation that the request is answered from, as audit rows carry it; null before its client is found.
    /// </summary>
    public string? Generation { get; set; }

    /// <summary>What a token request asks for; cut where it is stored.</summary>
    public string? GrantType { get; set; }

    /// <summary>Set when the client has proven who it is: from then on answers carry <c>error_reason</c>.</summary>
    public bool ClientAuthenticated { get; set; }

    /// <summary>
    /// The calling user, proven by a login session; null at every other endpoint. The audit trail names this user as the actor.
    /// </summary>
    public Guid? UserId { get; set; }

    /// <summary>
    /// The program that calls, once it has proven who it is by a credential of its own (a client secret or assertion, an API key, the token
    /// of a service user); null for all other callers. Such a program does not count as an anonymous address. ASSURANCE L2.
    /// </summary>
    public string? BackEnd { get; set; }

    /// <summary>IP address of the user that a trusted program calls for; null when it was not sent.</summary>
    public string? EndUserAddress { get; set; }

    /// <summary>
    /// User name of the service user that calls, proven; null at every other endpoint. It stands for the client where use is counted.
    /// </summary>
    public string? ServiceUser { get; set; }

    /// <summary>
    /// The W3C trace id: of the current activity, of the caller, or a fresh one. A fresh one begins with the time (W3C Trace Context
    /// Level 2 asks for randomness in the rightmost seven bytes only), so that audit rows are found and written side by side.
    /// </summary>
    public Guid TraceId => _traceId != default ? _traceId : _traceId = FindTraceId();

    /// <summary>The trace id as it is shown: 32 lower-case hex digits.</summary>
    public string TraceIdText => TraceId.ToString("N");

    private Guid FindTraceId()
    {
        Span<byte> id = stackalloc byte[16];
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            activity.TraceId.CopyTo(id);
            return new Guid(id, bigEndian: true);
        }

        if (ActivityContext.TryParse(TraceParent, traceState: null, out var caller))
        {
            caller.TraceId.CopyTo(id);
            return new Guid(id, bigEndian: true);
        }

        BinaryPrimitives.WriteInt64BigEndian(id, Now.ToUnixTimeMilliseconds() << 16);
        Identifiers.FillRandom(id[6..]);
        return new Guid(id, bigEndian: true);
    }
}
