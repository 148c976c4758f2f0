using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>Resources of one kind: what the endpoints and bulk requests call. RFC 7644 §3.2.</summary>
internal interface IScimResources
{
    /// <summary>Last part of the path of all: <c>Users</c> or <c>Groups</c>.</summary>
    string Name { get; }

    /// <summary>RFC 7644 §3.3.</summary>
    Task<Outcome<ScimResult>> CreateAsync(ScimCall call, JsonElement body, Projection projection);

    /// <summary>RFC 7644 §3.4.1.</summary>
    Task<Outcome<ScimResult>> FindAsync(ScimCall call, string id, Projection projection);

    /// <summary>RFC 7644 §3.4.2.</summary>
    Task<Outcome<JsonObject>> ListAsync(ScimCall call, ScimQuery query);

    /// <summary>RFC 7644 §3.5.1.</summary>
    Task<Outcome<ScimResult>> ReplaceAsync(ScimCall call, string id, JsonElement body, Projection projection);

    /// <summary>RFC 7644 §3.5.2.</summary>
    Task<Outcome<ScimResult>> PatchAsync(ScimCall call, string id, JsonElement body, Projection projection);

    /// <summary>RFC 7644 §3.6.</summary>
    Task<Outcome<ScimResult>> DeleteAsync(ScimCall call, string id);
}
