using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Authentication.ApprovedDevices;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Sessions;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.DeviceCodes;

namespace IdentityHub.Server.Grants.Device;

/// <summary>
/// A device polls for the user's decision. When the user has allowed it, the device gets the tokens of a session of its own. RFC 8628 §3.4,
/// §3.5. One read, then one write: the poll, or the compare-and-swap.
/// </summary>
internal sealed class DeviceCodeGrant(DeviceCodeStore codes, LoginPolicy policy, UserTokens tokens, AuditTrail audit) : IGrant
{
    public string GrantType => GrantTypes.DeviceCode;

    public async ValueTask<Outcome<TokenResponse>> HandleAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        var (client, parameters, context, _, _) = request;
        if (parameters["device_code"] is not { } presented)
            return Refusal.InvalidRequest("Parameter 'device_code' is missing.", Reasons.DeviceCodeMissing);
        if (!OpaqueToken.IsWellFormed(presented, OpaqueTokenType.DeviceCode))
            return Refusal.InvalidGrant(Reasons.DeviceCodeMalformed, "not a device code, or its checksum is wrong");

        // A foreign client neither uses the code up nor slows its owner down.
        if (await codes.FindAsync(TokenHash.Of(presented), cancellationToken) is not { Code: var code } stored)
            return Refusal.InvalidGrant(Reasons.DeviceCodeUnknown, "no such device code");
        if (code.ClientId != client.Id)
            return Refusal.InvalidGrant(Reasons.DeviceCodeForeign, "the device code belongs to another client");
        if (code.UsedAt is not null)
            return Used();
        if (code.ExpiresAt <= context.Now)
            return DeviceRefusals.ExpiredToken();
        if (code.DeniedAt is not null)
            return AuthorizationRefusals.AccessDenied("the user has sent the device away");
        if (code.ApprovedAt is null)
            return await codes.TryPollAsync(code, context.Now, cancellationToken)
                ? DeviceRefusals.AuthorizationPending()
                : DeviceRefusals.SlowDown();
        if (stored.Refusal(context.Now) is { } reason)
            return Refusal.InvalidGrant(reason, $"refused: {reason}");

        IReadOnlyList<string> scopes = [.. (ScopeSet.Parse(code.Scopes) ?? []).Intersect(client.Scopes, StringComparer.Ordinal)];
        if (request.Resources.RefusalOf(scopes) is { } unreachable)
            return unreachable;
        var admitted = await policy.AdmitAsync(DeviceProof.Of(stored), context, cancellationToken);
        if (!admitted.Succeeded)
            return admitted.Error;

        // The device has its own session, so that it outlives the browser's; the login that it tells of is the browser's.
        var login = admitted.Value;
        var end = UserTokens.EndOf(client, scopes, context.Now);
        var session = SessionFactory.ForClient(login, client.Id, end, context);
        var user = new TokenUser(login.UserId, session.Id, Identifiers.NewId(context.Now), login.OrganizationId, login.AuthenticatedAt)
        {
            ContextClass = AuthenticationContext.Of(login.Methods),
        };
        var grant = new UserGrant(client, user, login.Methods, scopes);
        var family = UserTokens.NewFamily(grant, userInfoClaims: null, end, context.Now);

        // Last, because it changes state; of many calls at once one wins.
        if (!await codes.TryRedeemAsync(
                code.DeviceCodeHash, session, login.SecurityStamp, family.Family, family.Token, context.Now, cancellationToken))
            return Used();
        await audit.WriteAsync(context, AuditTypes.SessionStarted, grant.User.UserId, grant.User.SessionId);
        return await tokens.IssueAsync(grant, family.RefreshToken, request, cancellationToken);
    }

    private static Refusal Used() =>
        Refusal.InvalidGrant(Reasons.DeviceCodeUsed, "the device code was used before, or lost its session at the same moment");
}
