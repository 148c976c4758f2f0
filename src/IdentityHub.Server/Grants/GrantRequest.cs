using IdentityHub.Protocol;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Grants;

/// <summary>A token request whose client has proven who it is, is enabled, and may use the grant.</summary>
internal sealed record GrantRequest(Client Client, Parameters Parameters, Call Call, DoorPolicy Door);
