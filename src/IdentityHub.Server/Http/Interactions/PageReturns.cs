namespace IdentityHub.Server.Http.Interactions;

/// <summary>The way back from a page on which a user has signed in.</summary>
internal static class LoginReturn
{
    /// <summary>Where the browser goes on: with the marker, where somebody waits for it.</summary>
    public static string AddressAfter(this Tickets tickets, LoginTicket ticket, LoginMarker? marker, DateTimeOffset now) =>
        marker is null ? ticket.ReturnUrl : $"{ticket.ReturnUrl}&{InteractionsFeature.Login}={tickets.Protect(marker, now)}";

    /// <summary>The login page, from which the browser comes back to a page of the hub.</summary>
    public static string LoginFor(this Tickets tickets, string localPath, DateTimeOffset now) =>
        $"{WellKnown.Login}?{InteractionsFeature.Ticket}={tickets.Protect(LoginTicket.For(localPath), now)}";
}
