using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.ControlRoom.SignIn;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>What a page of the control room needs: who its user is, where they log in, and the operations.</summary>
internal sealed class ControlRoomAccess(ControlRoomVisits visits, ControlRoomSignIn signIn, Tickets tickets, AdminDispatch dispatch)
{
    /// <summary>For notices of what was done.</summary>
    public Tickets Tickets => tickets;

    /// <summary>Calls operations.</summary>
    public AdminDispatch Dispatch => dispatch;

    /// <inheritdoc cref="ControlRoomVisits.FindAsync"/>
    public Task<ControlRoomVisit?> FindAsync(HttpContext http, RequestContext context, bool prolongs) =>
        visits.FindAsync(http, context, prolongs);

    /// <inheritdoc cref="ControlRoomSignIn.Begin"/>
    public string LoginAddress(HttpContext http, string returnPath, bool asksAnew, string? loginHint, DateTimeOffset now) =>
        signIn.Begin(http, returnPath, asksAnew, loginHint, now);
}
