using IdentityHub.Protocol;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Grants;
using IdentityHub.Server.Grants.Device;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.OAuth.DeviceAuthorization;

/// <summary>
/// <c>POST /connect/deviceauthorization</c>. RFC 8628 §3.1: a device that cannot show a browser asks for a code to show instead.
/// </summary>
internal sealed class DeviceAuthorizationEndpoint(
    ClientAuthenticator clients, DeviceStart devices, AnonymousRowLimit limit, IOptions<HubSettings> settings)
{
    public const string Path = "/connect/deviceauthorization";

    private static readonly EndpointDescription Description = new(
        "POST", "authorizeDevice", OAuthDescriptions.Tag, "Let a device ask for a code")
    {
        Text =
            "RFC 8628 §3.1. The device shows `user_code` and `verification_uri`, and asks the token endpoint with `device_code` until its "
                + "user has decided.",
        Access = DescribedAccess.Client,
        Body = DescribedBody.Form(
        [
            .. OAuthDescriptions.ClientFieldsOf("demo-device", secret: null),
            OAuthDescriptions.Scope with { Example = "\"openid profile\"" },
            Field.Text("resource", "Name of an API that the tokens are for; may be repeated. RFC 8707."),
        ]),
        Limit = EndpointLimits.AnonymousRows,
        Answers =
        [
            new(200, "The codes.")
            {
                Fields =
                [
                    Field.Text("device_code", "For the token endpoint.") with { IsRequired = true },
                    Field.Text("user_code", "For the user to type.") with { IsRequired = true },
                    Field.Text("verification_uri", "Where the user types it.") with { IsRequired = true },
                    Field.Text("verification_uri_complete", "The same with the code in it.") with { IsRequired = true },
                    new Field("expires_in", FieldType.Number, "Seconds.") { IsRequired = true },
                    new Field("interval", FieldType.Number, "Seconds between two questions at the token endpoint.") { IsRequired = true },
                ],
            },
            .. OAuthDescriptions.Errors(400, 401, 429),
        ],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<DeviceAuthorizationEndpoint>();
        routes.MapHubEndpoint(Path, ["POST"], endpoint.HandleAsync, OAuthResults.WriteErrorAsync)
            .ForBrowserClients().Describe(Description).Advertise("device_authorization_endpoint", Path, authenticatesClients: false);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var request = await ClientRequest.AuthenticateAsync(http, clients, context);
        if (!request.Succeeded)
            return request.Error;
        var (client, form) = request.Value;
        if (!client.GrantTypes.Contains(GrantTypes.DeviceCode))
            return Refusal.UnauthorizedClient("The client may not use the device grant.");
        var scopes = RequestedScopes.ForUser(client, form);
        if (!scopes.Succeeded)
            return scopes.Error;

        var resources = RequestedResources.Of(form, client.Registry);
        var granted = resources.Succeeded ? resources.Value.Narrow(scopes.Value) : resources.Error;
        if (!granted.Succeeded)
            return granted.Error;

        if (client.IsPublic && await limit.CountAsync(context, http.RequestAborted) is { } wait)
            return AnonymousRowLimit.Refuse(wait);
        var started = await devices.StartAsync(client, granted.Value, context, http.RequestAborted);
        await OAuthResults.WriteAsync(
            http,
            StatusCodes.Status200OK,
            (started, settings.Value.Issuer + WellKnown.Device),
            static (json, answer) =>
            {
                var (device, page) = answer;
                json.WriteString("device_code"u8, device.DeviceCode);
                json.WriteString("user_code"u8, device.UserCode);
                json.WriteString("verification_uri"u8, page);
                json.WriteString("verification_uri_complete"u8, $"{page}?user_code={device.UserCode}");
                json.WriteNumber("expires_in"u8, (long)DeviceStart.Lifetime.TotalSeconds);
                json.WriteNumber("interval"u8, (long)DeviceStart.Interval.TotalSeconds);
            });
        return null;
    }
}
