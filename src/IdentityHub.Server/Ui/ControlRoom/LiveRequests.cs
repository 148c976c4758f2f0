using Htmx;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>Requests of the script that keeps pages up to date.</summary>
internal static class LiveRequests
{
    /// <summary>True where a part of a page is asked for, and not the page.</summary>
    public static bool IsLive(this HttpRequest request) => request.IsHtmx();
}
