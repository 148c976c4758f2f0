using IdentityHub.Protocol;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Grants;

/// <summary>A token request whose client has proven who it is, is enabled, and may use the grant.</summary>
/// <param name="Resources">The APIs that the request names. A dialect has no such parameter: none there.</param>
internal sealed record GrantRequest(
    Client Client, Parameters Parameters, RequestContext Context, EndpointPolicy Endpoint, RequestedResources Resources);
