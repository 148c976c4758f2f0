using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Grants.Device;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Interactions;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Device;

/// <summary>
/// <c>/device</c>: a user types the code that a device shows, sees which client asks for what and from where, and allows it or not.
/// A code that comes along in the address is only filled in: looking it up, and deciding, take a click each. RFC 8628 §3.3.
/// </summary>
internal sealed class DeviceModel(BrowserCookie browser, Tickets tickets, DeviceApproval devices, ClientRegistry registry)
    : SignedInPage("device", browser, tickets),
        ILocalTimes
{
    private const string Allow = "allow";
    private const string Deny = "deny";

    /// <summary>What was typed, or came along in the address.</summary>
    public string? UserCode { get; private set; }

    /// <summary>The device that waits; null while its code has not been found.</summary>
    public WaitingDevice? Waiting { get; private set; }

    /// <summary>What it asks for.</summary>
    public IReadOnlyList<ScopeText> Scopes { get; private set; } = [];

    /// <summary>True when the device has asked from where the user is now.</summary>
    public bool IsFromHere => Waiting?.IpAddress == Context.IpAddress;

    /// <summary>The address where the user proves a second factor, and comes back with the code.</summary>
    public string SecondFactorUrl => LoginAgainUrlFor(AddressWith(UserCode), Waiting?.Client.Id);

    protected override string Here => AddressWith(Request.Query["user_code"]);

    /// <param name="userCode">RFC 8628 §3.3.1.</param>
    public void OnGet([FromQuery(Name = "user_code")] string? userCode) => UserCode = Shown(userCode);

    /// <summary>Shows what waits behind the code.</summary>
    public async Task<IActionResult> OnPostAsync([FromForm(Name = "user_code")] string? userCode)
    {
        UserCode = Shown(userCode);
        var found = await devices.FindAsync(userCode ?? "", Session, Context, Aborted);
        if (!found.Succeeded)
            return await RefusedAsync(found.Error);
        (Waiting, Scopes) = (found.Value, ScopeText.Describe(found.Value.Scopes, registry.Current, Text));
        return Page();
    }

    /// <summary>The user decides.</summary>
    public async Task<IActionResult> OnPostDecideAsync([FromForm(Name = "user_code")] string? userCode, [FromForm] string? decision)
    {
        if (decision is not (Allow or Deny))
            return await OnPostAsync(userCode);
        UserCode = Shown(userCode);
        var decided = await devices.DecideAsync(userCode ?? "", decision == Allow, Session, Context, Aborted);
        if (decided.Succeeded)
            return SayDone(decision == Allow ? "device.allowed" : "device.denied");

        if (decided.Error.Reason != Reasons.MfaRequired)
            return await RefusedAsync(decided.Error);

        // The session has changed since the page was shown. The page says by itself what is needed now.
        var shown = await OnPostAsync(userCode);
        return Waiting is null ? shown : await RefuseAsync(decided.Error, []);
    }

    private static string AddressWith(string? userCode) =>
        Protocol.UserCode.Normalize(userCode) is { } code
            ? $"/device?user_code={Protocol.UserCode.Format(code)}"
            : "/device";

    // The form that is on the device, where it can be told.
    private static string? Shown(string? typed) => Protocol.UserCode.Normalize(typed) is { } code ? Protocol.UserCode.Format(code) : typed;

    private Task<IActionResult> RefusedAsync(Refusal error) =>
        error.Kind is RefusalKind.InvalidRequest or RefusalKind.LoginRequired
            ? RefuseAsync(error, [new Failure(Text["device.code.wrong"], "user_code")])
            : RefuseAsync(error, "user_code");
}
