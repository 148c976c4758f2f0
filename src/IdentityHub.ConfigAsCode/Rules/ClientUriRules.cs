namespace IdentityHub.ConfigAsCode;

/// <summary>Addresses that a browser is sent to, or that the server calls.</summary>
internal static class ClientUriRules
{
    public static void Check(ClientDefinition client, RuleContext context)
    {
        CheckAll(client, "redirect_uris", client.RedirectUris, context, FaultOfRedirect);
        CheckAll(client, "post_logout_redirect_uris", client.PostLogoutRedirectUris, context, FaultOfRedirect);
        CheckAll(client, "allowed_cors_origins", client.AllowedCorsOrigins, context, UriRules.FaultOfOrigin);
        CheckOne(client, "backchannel_logout_uri", client.BackchannelLogoutUri, context);
        CheckOne(client, "frontchannel_logout_uri", client.FrontchannelLogoutUri, context);
        CheckNeeds(
            client, "backchannel_logout_session_required", client.BackchannelLogoutSessionRequired,
            "backchannel_logout_uri", client.BackchannelLogoutUri, context);
        CheckNeeds(
            client, "frontchannel_logout_session_required", client.FrontchannelLogoutSessionRequired,
            "frontchannel_logout_uri", client.FrontchannelLogoutUri, context);

        string? FaultOfRedirect(string uri, bool isDevelopment) => UriRules.FaultOfRedirect(uri, isDevelopment, client.AllowCustomScheme);
    }

    private static void CheckAll(
        ClientDefinition client, string key, IReadOnlyList<string> uris, RuleContext context, Func<string, bool, string?> faultOf)
    {
        for (var i = 0; i < uris.Count; i++)
        {
            if (faultOf(uris[i], context.IsDevelopment) is { } fault)
                context.Refuse(client, fault, key, i);
        }
    }

    private static void CheckOne(ClientDefinition client, string key, string? uri, RuleContext context)
    {
        if (uri is not null && UriRules.FaultOfWebAddress(uri, context.IsDevelopment) is { } fault)
            context.Refuse(client, fault, key);
    }

    private static void CheckNeeds(ClientDefinition client, string key, bool isSet, string neededKey, string? needed, RuleContext context)
    {
        if (isSet && needed is null)
            context.Refuse(client, $"has no effect without {neededKey}", key);
    }
}
