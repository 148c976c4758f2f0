using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Admin.Users;

/// <summary>The operations on what users sign in with, where they are signed in, and what they have agreed to.</summary>
internal sealed class UserAccessOperations(UserSessions sessions, UserConsents consents, UserFactors factors)
{
    /// <summary>The area of live logins.</summary>
    public static readonly AdminArea Sessions = new("sessions", "Administration: sessions");

    /// <summary>A live login.</summary>
    public static readonly IReadOnlyList<Field> Session =
    [
        Field.Text("id", "Names it.") with { IsRequired = true, Format = "uuid" },
        Field.Text("endpoint", "Where the user logged in.") with { IsRequired = true },
        Field.Text("client_id", "The client that they logged in at.") with { IsRequired = true, MayBeNull = true },
        new("is_browser", FieldType.Flag, "True for a login at the pages of the hub.") { IsRequired = true },
        Field.Text("ip_address", "Of the login.") with { IsRequired = true, MayBeNull = true },
        Field.Text("user_agent", "Of the login.") with { IsRequired = true, MayBeNull = true },
        Field.Text("assumed_by", "User name of who acts as the user in it.") with { IsRequired = true, MayBeNull = true },
        Field.Text("created_at", "RFC 3339.") with { IsRequired = true, Format = "date-time" },
    ];

    private static readonly Field[] Consent =
    [
        Field.Text("client_id", "The client.") with { IsRequired = true },
        new("scopes", FieldType.List, "What it may see.") { IsRequired = true },
        Field.Text("since", "RFC 3339.") with { IsRequired = true, Format = "date-time" },
        new("is_remembered", FieldType.Flag, "True where the user is not asked again.") { IsRequired = true },
    ];

    private static readonly Field[] Factor =
    [
        Field.Text("id", "`totp`, or the id of a passkey.") with { IsRequired = true },
        Field.Text("kind", "`totp`: an authenticator app; `passkey`.") with { IsRequired = true },
        Field.Text("name", "What the user calls a passkey.") with { IsRequired = true, MayBeNull = true },
        Field.Text("created_at", "RFC 3339.") with { IsRequired = true, Format = "date-time" },
    ];

    /// <summary>All of them.</summary>
    public IEnumerable<AdminOperation> All => [.. OfSessions, .. OfConsents, .. OfFactors];

    private IEnumerable<AdminOperation> OfSessions =>
    [
        new("GET", "/users/{user_id}/sessions", Sessions, "adminListSessions", "Lists the live logins of a user")
        {
            Permission = Permissions.SessionRead,
            Answer = AdminDescriptions.PageOf(Session),
            Handle = async request => UserOperations.AnswerOfAll(await sessions.ListAsync(request.Call, request.Id("user_id"))),
        },
        new("DELETE", "/users/{user_id}/sessions", Sessions, "adminEndSessions", "Ends every login of a user")
        {
            Text = "With all that was granted, `offline_access` included.",
            Permission = Permissions.SessionTerminate,
            Success = StatusCodes.Status204NoContent,
            Handle = request => sessions.EndAllAsync(request.Call, request.Id("user_id")),
        },
        new("GET", "/users/{user_id}/sessions/{session_id}", Sessions, "adminGetSession", "Shows a live login of a user")
        {
            Permission = Permissions.SessionRead,
            Answer = Session,
            Handle = async request => UserOperations.AnswerOf(
                await sessions.FindAsync(request.Call, request.Id("user_id"), request.Id("session_id"))),
        },
        new("DELETE", "/users/{user_id}/sessions/{session_id}", Sessions, "adminEndSession", "Ends a login of a user")
        {
            Permission = Permissions.SessionTerminate,
            Success = StatusCodes.Status204NoContent,
            Handle = request => sessions.EndAsync(request.Call, request.Id("user_id"), request.Id("session_id")),
        },
    ];

    private IEnumerable<AdminOperation> OfConsents =>
    [
        new("GET", "/users/{user_id}/consents", UserOperations.Area, "adminListConsents", "Lists what a user has agreed to")
        {
            Text = "The clients that may see something of the user.",
            Permission = Permissions.UserRead,
            Answer = AdminDescriptions.PageOf(Consent),
            Handle = async request => UserOperations.AnswerOfAll(await consents.ListAsync(request.Call, request.Id("user_id"))),
        },
        new("GET", "/users/{user_id}/consents/{client_id}", UserOperations.Area, "adminGetConsent", "Shows what a user lets a client see")
        {
            Permission = Permissions.UserRead,
            Answer = Consent,
            Handle = async request => UserOperations.AnswerOf(
                await consents.FindAsync(request.Call, request.Id("user_id"), request.Text("client_id"))),
        },
        new("DELETE", "/users/{user_id}/consents/{client_id}", UserOperations.Area, "adminWithdrawConsent", "Withdraws a consent")
        {
            Text = "Every grant that the client has of the user ends.",
            Permission = Permissions.UserWrite,
            Success = StatusCodes.Status204NoContent,
            Handle = request => consents.WithdrawAsync(request.Call, request.Id("user_id"), request.Text("client_id")),
        },
    ];

    private IEnumerable<AdminOperation> OfFactors =>
    [
        new("GET", "/users/{user_id}/factors", UserOperations.Area, "adminListFactors", "Lists the passkeys and second factors of a user")
        {
            Permission = Permissions.UserRead,
            Answer = AdminDescriptions.PageOf(Factor),
            Handle = async request => UserOperations.AnswerOfAll(await factors.ListAsync(request.Call, request.Id("user_id"))),
        },
        new("DELETE", "/users/{user_id}/factors", UserOperations.Area, "adminRemoveFactors", "Removes every factor of a user")
        {
            Text = "And the recovery codes: the password alone signs in from then on.",
            Permission = Permissions.UserWrite,
            Success = StatusCodes.Status204NoContent,
            Handle = request => factors.RemoveAllAsync(request.Call, request.Id("user_id")),
        },
        new("GET", "/users/{user_id}/factors/{factor_id}", UserOperations.Area, "adminGetFactor", "Shows a factor of a user")
        {
            Permission = Permissions.UserRead,
            Answer = Factor,
            Handle = async request => UserOperations.AnswerOf(
                await factors.FindAsync(request.Call, request.Id("user_id"), request.Text("factor_id"))),
        },
        new("DELETE", "/users/{user_id}/factors/{factor_id}", UserOperations.Area, "adminRemoveFactor", "Removes a factor of a user")
        {
            Permission = Permissions.UserWrite,
            Success = StatusCodes.Status204NoContent,
            Handle = request => factors.RemoveAsync(request.Call, request.Id("user_id"), request.Text("factor_id")),
        },
    ];
}
