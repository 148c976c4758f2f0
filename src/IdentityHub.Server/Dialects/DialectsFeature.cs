using IdentityHub.Server.Dialects.OAuthV2;
using IdentityHub.Server.Dialects.OtpSend;

namespace IdentityHub.Server.Dialects;

/// <summary>The older front doors: one line each.</summary>
internal static class DialectsFeature
{
    public static void MapDialects(this IEndpointRouteBuilder routes)
    {
        OAuthV2TokenEndpoint.Map(routes);
        OtpSendEndpoint.Map(routes);
    }
}
