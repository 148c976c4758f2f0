using IdentityHub.Protocol;
using IdentityHub.Protocol.Jose;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>
/// Lets directories in: by a client's own access token with the scope <c>scim</c>, whose client has a <c>scim_organization</c>, or by an
/// API key of an organization with the permission <c>directory.write</c>. Both are presented as <c>Authorization: Bearer</c>. Decision
/// 0043.
/// </summary>
internal sealed class ScimCallers(
    BearerCaller tokens, ApiKeys keys, ClientRegistry registry, CallLimits limits, IOptions<HubSettings> settings)
{
    /// <summary>Path of the endpoints.</summary>
    public const string Path = "/scim/v2";

    /// <summary>Calls of a directory at each endpoint.</summary>
    public static readonly CallRule Rule = EndpointLimits.AdministrationRule;

    /// <summary>Bulk requests of a directory: each holds up to a hundred operations.</summary>
    public static readonly CallRule BulkRule = new(30, TimeSpan.FromMinutes(1));

    private static Refusal Unknown { get; } = Refusal.Of(
        RefusalKind.Forbidden, "The credential is none of an organization's directory.", Reasons.ScimDirectoryMissing);

    /// <summary>Where the endpoints are, for links in answers.</summary>
    public string BaseUrl => settings.Value.Issuer + Path;

    /// <summary>The call; the refusal when the caller is none of a directory, or calls too often.</summary>
    public async ValueTask<Outcome<ScimCall>> AdmitAsync(HttpContext http, RequestContext context, CallRule rule)
    {
        var caller = await ReadAsync(http, context);
        if (!caller.Succeeded)
            return caller.Error;
        context.ClientAuthenticated = true;
        if (await limits.CountAsync(http, context, rule, $"scim:{context.ClientId}") is { } full)
            return full;
        return new ScimCall(
            caller.Value, context, BaseUrl, VersionCondition.Of(http.Request.Headers.IfMatch.ToString()), http.RequestAborted);
    }

    private async ValueTask<Outcome<ScimCaller>> ReadAsync(HttpContext http, RequestContext context)
    {
        var presented = BearerReader.Read(http.Request, form: null);
        if (presented is { Succeeded: false, Error: var malformed })
            return malformed;
        if (presented?.Value is not { } text)
            return BearerResults.TokenMissing;
        return OpaqueToken.IsWellFormed(text, OpaqueTokenType.AccessToken) || Jwt.TryParse(text, out _, out _)
            ? await ReadTokenAsync(http, context)
            : await ReadKeyAsync(text, context, http.RequestAborted);
    }

    private async ValueTask<Outcome<ScimCaller>> ReadTokenAsync(HttpContext http, RequestContext context)
    {
        var caller = await tokens.ReadAsync(http, form: null, context);
        if (!caller.Succeeded)
            return caller.Error;
        var (token, client) = (caller.Value.Token, caller.Value.Client);
        if (!token.Scopes.Split(' ').Contains(ScimScope.Name, StringComparer.Ordinal))
            return BearerResults.InsufficientScope(ScimScope.Name);
        if (token.UserId is not null)
            return Refusal.Of(RefusalKind.Forbidden, "A directory calls with a token of its own.", Reasons.AccessTokenOfUser);
        if (client.ScimOrganization is not { } organization || !IsEnabled(organization))
            return Unknown;
        context.BackEnd = client.BackEndName;
        return new ScimCaller(organization, Permissions: null);
    }

    private async ValueTask<Outcome<ScimCaller>> ReadKeyAsync(string text, RequestContext context, CancellationToken cancellationToken)
    {
        var key = await keys.CheckAsync(text, context, cancellationToken);
        if (!key.Succeeded)
            return key.Error;
        return key.Value is { OrganizationId: { } organization, Permissions: var permissions }
            && permissions.Contains(Permissions.DirectoryWrite)
            ? new ScimCaller(organization, permissions)
            : Unknown;
    }

    // An organization is disabled with those above it.
    private bool IsEnabled(string organizationId)
    {
        var snapshot = registry.Current;
        for (var id = organizationId; id is not null;)
        {
            if (snapshot.FindOrganization(id) is not { Enabled: true } organization)
                return false;
            id = organization.Parent;
        }

        return true;
    }
}
