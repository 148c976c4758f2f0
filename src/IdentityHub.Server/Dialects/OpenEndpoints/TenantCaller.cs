using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Referrals;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>What a call needs of its caller.</summary>
internal enum TenantNeed
{
    /// <summary>No credential is needed; a caller with an API key is not limited.</summary>
    Nothing,

    /// <summary>A token of either kind, or the API key.</summary>
    Read,

    /// <summary>A write token, or the API key.</summary>
    Write,
}

/// <summary>An admitted caller.</summary>
/// <param name="Token">The token of the calling user; null for an API key or an anonymous caller.</param>
internal sealed record AdmittedCaller(Tenant Tenant, CustomerToken? Token)
{
    public override string ToString() => $"{nameof(AdmittedCaller)} {{ Tenant = {Tenant.Alias} }}";
}

/// <summary>A user as a path or a query names them; a part is null where it is missing.</summary>
internal sealed record NamedUser(string? AccountId, string? Id);

/// <summary>
/// Identifies and admits the caller of an open endpoint: the tenant by its API key, which is not limited; a user of the tenant by a token
/// that the tenant has signed; or an anonymous caller. Requests without the key are counted first, by IP address, then by user.
/// contracts/open-endpoints.md.
/// </summary>
internal sealed class TenantCaller(
    ClientRegistry registry, ClientAuthenticator clients, CustomerTokenCheck tokens, TenantUserStore users, CallLimits limits)
{
    /// <summary>The route's name of the tenant.</summary>
    public const string Alias = "tenant_alias";

    /// <summary>The header for tokens, in addition to <c>Authorization</c>.</summary>
    public const string TokenHeader = "X-SaaSquatch-User-Token";

    /// <summary>
    /// The caller; sets <see cref="RequestContext.ClientId"/>, and <see cref="RequestContext.ClientAuthenticated"/> where the caller is
    /// authenticated.
    /// </summary>
    /// <param name="subject">The user that the request is about; a token is valid for its own user only.</param>
    public async ValueTask<Outcome<AdmittedCaller>> AdmitAsync(HttpContext http, RequestContext context, TenantNeed need, NamedUser subject)
    {
        if (registry.Current.FindTenant(http.Request.RouteValues[Alias]!.ToString()!) is not { } tenant)
            return Refusal.Of(RefusalKind.NotFound, "There is nothing at this path.", Reasons.TenantUnknown);
        context.ClientId = tenant.ClientId;
        var presented = Read(http.Request);
        if (presented is { Succeeded: true, Value: { IsApiKey: true, Text: var key } })
        {
            var client = await clients.AuthenticateAsync(
                new PresentedClient(ClientAuthMethods.Basic, tenant.ClientId, key), context, http.RequestAborted);
            return client.Succeeded ? new AdmittedCaller(tenant, null) : client.Error;
        }

        if (await limits.CountAsync(http, context, EndpointLimits.OrdinaryRule, credential: null) is { } full)
            return full;
        if (presented is { Succeeded: false, Error: var malformed })
            return malformed;
        if (need == TenantNeed.Nothing)
            return new AdmittedCaller(tenant, null);
        if (presented is not { Value: { Text: var text } })
            return OpenRefusals.CredentialMissing;
        var token = tokens.Read(tenant, text, isLogin: false, context.Now);
        return token.Succeeded ? await AdmitAsync(http, context, tenant, token.Value, need, subject) : token.Error;
    }

    private async ValueTask<Outcome<AdmittedCaller>> AdmitAsync(
        HttpContext http, RequestContext context, Tenant tenant, CustomerToken token, TenantNeed need, NamedUser subject)
    {
        context.ClientAuthenticated = true;
        var user = $"user:{tenant.Alias}\n{token.AccountId.Length}\n{token.AccountId}\n{token.UserId}";
        if (await limits.CountAsync(http, context, EndpointLimits.TenantUserRule, user) is { } full)
            return full;
        if ((subject.AccountId ?? token.AccountId) != token.AccountId || (subject.Id ?? token.UserId) != token.UserId)
            return OpenRefusals.OtherUser;
        if (need == TenantNeed.Write && !token.MayWrite)
            return OpenRefusals.ReadOnly;
        var known = await users.FindCredentialAsync(tenant.Alias, token.AccountId, token.UserId, http.RequestAborted);
        if (known?.Status.GetDenialReason(context.Now) is { } reason)
            return OpenRefusals.NotAdmitted(reason);
        return await tokens.UseAsync(token, http.RequestAborted) is { } replayed ? replayed : new AdmittedCaller(tenant, token);
    }

    // What was presented, the refusal when that is malformed or there are several; null when nothing was.
    private static Outcome<Credential>? Read(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        var inOwnHeader = request.Headers[TokenHeader];
        if (header.Count > 1 || inOwnHeader.Count > 1 || (header.Count == 1 && inOwnHeader.Count == 1))
            return Refusal.InvalidRequest("Multiple credentials were sent; send one.", Reasons.CredentialPresentedTwice);
        if (inOwnHeader is [{ } own])
            return new Credential(own.Trim(), IsApiKey: false);
        if (header is not [{ Length: > 0 } authorization])
            return null;
        if (BasicCredentials.AreIn(authorization))
            return KeyOf(authorization);
        return BearerReader.Read(request, form: null) is { Succeeded: true, Value: var token }
            ? new Credential(token, IsApiKey: false)
            : Refusal.InvalidClient(Reasons.AuthorizationScheme, "the Authorization header is neither Basic nor Bearer");
    }

    // The user name is empty, and the key stands as it is: no part of it is form-encoded.
    private static Outcome<Credential> KeyOf(string authorization)
    {
        if (BasicCredentials.Decode(authorization, out var fault) is not { } pair)
            return Refusal.InvalidClient(Reasons.AuthorizationMalformed, $"the Authorization header {fault}");
        return pair.Length > 1 && pair[0] == ':'
            ? new Credential(pair[1..], IsApiKey: true)
            : Refusal.InvalidClient(Reasons.AuthorizationMalformed, "the Authorization header has a user name, or no key");
    }

    private sealed record Credential(string Text, bool IsApiKey)
    {
        public override string ToString() => $"{nameof(Credential)} {{ IsApiKey = {IsApiKey} }}";
    }
}
