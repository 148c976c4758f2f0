using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Rights;

namespace IdentityHub.Server.Admin.Api;

/// <summary>
/// Who calls the administration API. A token without a user acts on the whole installation within its scopes, which its client's file
/// grants; a token of a user acts where the user's roles reach. Decision 0041.
/// </summary>
/// <param name="UserId">Null for a client that acts for itself.</param>
internal sealed record AdminCaller(string ClientId, Guid? UserId, HeldRights Rights)
{
    /// <summary>The scopes of the access token.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The credential that calls are counted for, cursors belong to, and idempotency keys are told apart by.</summary>
    public string Credential => UserId is { } user ? $"{ClientId} {user}" : ClientId;

    /// <summary>True where the token may write in an area.</summary>
    public bool MayWriteIn(string area) => AdministrationScopes.For(area, isWrite: true).Any(Scopes.Contains);

    /// <summary>True where the permission is held in an organization or above it.</summary>
    /// <param name="path">The organization and those above it; empty for what belongs to the installation.</param>
    public bool May(string permission, IReadOnlyList<string> path) => Rights.Has(permission, path);
}
