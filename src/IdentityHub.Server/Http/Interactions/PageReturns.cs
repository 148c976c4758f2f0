namespace IdentityHub.Server.Http.Interactions;

/// <summary>The ways to the login page, and back from the pages that have asked a user something.</summary>
internal static class PageReturns
{
    /// <summary>Where the browser goes on after a login: with the marker, when the request needs it.</summary>
    public static string AddressAfter(this Tickets tickets, LoginTicket ticket, LoginMarker? marker, DateTimeOffset now) =>
        marker is null ? ticket.ReturnUrl : $"{ticket.ReturnUrl}&{InteractionsFeature.Login}={tickets.Protect(marker, now)}";

    /// <summary>Where the browser goes on when the user has decided what a client may see.</summary>
    public static string AddressAfter(this Tickets tickets, ConsentTicket ticket, ConsentDecision decision, DateTimeOffset now) =>
        $"{ticket.ReturnUrl}&{InteractionsFeature.Consent}={tickets.Protect(decision, now)}";

    /// <summary>The login page.</summary>
    public static string AddressOf(this Tickets tickets, LoginTicket ticket, DateTimeOffset now) =>
        $"{WellKnown.Login}?{InteractionsFeature.Ticket}={tickets.Protect(ticket, now)}";
}
