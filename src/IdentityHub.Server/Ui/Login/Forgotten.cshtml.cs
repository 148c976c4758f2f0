using System.Globalization;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Accounts;
using IdentityHub.Server.Http.Interactions;
using Microsoft.AspNetCore.Mvc;

namespace IdentityHub.Server.Ui.Login;

/// <summary>
/// <c>/forgotten</c>: users who have forgotten their password have a link sent. The page says the same for every name. ASSURANCE E1.
/// </summary>
internal sealed class ForgottenModel(Tickets tickets, ForgottenPasswords forgotten) : LoginTicketPage("forgotten", tickets)
{
    /// <summary>As it was typed.</summary>
    public string? Identifier { get; private set; }

    /// <summary>True once the request was taken.</summary>
    public bool IsSent { get; private set; }

    /// <summary>How long the link works.</summary>
    public static string Minutes => PasswordResetTokens.Lifetime.TotalMinutes.ToString(CultureInfo.InvariantCulture);

    /// <summary>Longest name or address in characters.</summary>
    public static int MaxLength => ForgottenPasswords.MaxIdentifierLength;

    public async Task<IActionResult> OnGetAsync(string? ticket)
    {
        ReadTicket(ticket);
        if (!HasResets)
            return await ErrorPageAsync(Off());
        Identifier = Read.LoginHint;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync([FromForm] string? ticket, [FromForm] string? identifier)
    {
        ReadTicket(ticket);
        if (!HasResets)
            return await ErrorPageAsync(Off());
        Identifier = identifier;
        if (await forgotten.AddAsync(identifier ?? "", [Text.Language], Context, Aborted) is { } refusal)
            return await RefuseAsync(refusal, refusal.Kind == RefusalKind.InvalidRequest ? "identifier" : null);
        IsSent = true;
        return Page();
    }

    private static Refusal Off() => Refusal.Of(RefusalKind.NotFound, "No message that resets a password is sent here.", Reasons.ResetOff);
}
