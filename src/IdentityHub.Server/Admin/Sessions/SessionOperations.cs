using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Admin.Users;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Admin.Sessions;

/// <summary>The operations on live logins of all users.</summary>
internal sealed class SessionOperations(SessionListing sessions)
{
    private static readonly Field[] s_session =
    [
        .. UserAccessOperations.Session,
        Field.Text("user_id", "Who has logged in.") with { IsRequired = true, Format = "uuid" },
        Field.Text("user_name", "Their user name.") with { IsRequired = true },
        Field.Text("organization", "Their home.") with { IsRequired = true, MayBeNull = true },
        Field.Text("acts_as", "User name of the user whom they act as in it; null for themselves.") with
        {
            IsRequired = true, MayBeNull = true,
        },
    ];

    /// <summary>All of them.</summary>
    public IEnumerable<AdminOperation> All =>
    [
        new("GET", "/sessions", UserAccessOperations.Sessions, "adminFindSessions", "Lists live logins")
        {
            Text =
                "The latest login first. Without `user_id` and `from`, those of the last 24 hours. A page may be shorter than `limit` and "
                    + "have a `next_cursor`.",
            Permission = Permissions.SessionRead,
            Query =
            [
                Field.Text("client_id", "The client that they logged in at, or that has got something in the session."),
                Field.Text("user_id", "Who has logged in.") with
                {
                    Format = "uuid", TextFault = text => Guid.TryParseExact(text, "D", out _) ? null : "is a UUID",
                },
                Field.Text("organization", "Whose home this organization is."),
                Field.Text("from", "The first time of the login, RFC 3339.") with
                {
                    Format = "date-time",
                    TextFault = text => AdminJson.ParseTime(text) is { Year: >= 2000 } ? null : "is a time such as 2027-11-01T00:00:00Z",
                },
            ],
            IsPaged = true,
            Answer = s_session,
            Handle = ListAsync,
        },
        new("GET", "/sessions/{session_id}", UserAccessOperations.Sessions, "adminGetLiveSession", "Shows a live login")
        {
            Permission = Permissions.SessionRead,
            Answer = s_session,
            Handle = FindAsync,
        },
        new("DELETE", "/sessions/{session_id}", UserAccessOperations.Sessions, "adminEndLiveSession", "Ends a live login")
        {
            Text = "With all that was granted in it.",
            Permission = Permissions.SessionTerminate,
            Success = StatusCodes.Status204NoContent,
            Handle = request => sessions.EndAsync(request.Call, request.Id("session_id")),
        },
    ];

    private async Task<Outcome<AdminAnswer>> ListAsync(AdminRequest request)
    {
        var (query, page) = (request.Query, request.Page);
        var filter = new SessionFilter
        {
            ClientId = query["client_id"],
            UserId = query["user_id"] is { } user ? Guid.Parse(user) : null,
            OrganizationId = query["organization"],
            From = query["from"] is { } from ? AdminJson.ParseTime(from) : null,
        };
        var (found, next) = await sessions.ListAsync(
            request.Call, filter, page.After is { } after ? Guid.Parse(after) : null, page.Limit);
        return AdminAnswer.Page(found.Select(Show), next is { } last ? page.Seal(last.ToString()) : null);
    }

    private async Task<Outcome<AdminAnswer>> FindAsync(AdminRequest request)
    {
        var found = await sessions.FindAsync(request.Call, request.Id("session_id"));
        return found.Succeeded
            ? AdminAnswer.Of(Show(found.Value)) with { Tag = AdminJson.TagOf(SessionRow.Of(found.Value.Session)) }
            : found.Error;
    }

    private static object Show(FoundSession one)
    {
        var row = SessionRow.Of(one.Session);
        return new
        {
            row.Id,
            row.Endpoint,
            row.ClientId,
            row.IsBrowser,
            row.IpAddress,
            row.UserAgent,
            row.AssumedBy,
            row.CreatedAt,
            one.UserId,
            one.UserName,
            Organization = one.OrganizationId,
            one.ActsAs,
        };
    }
}
