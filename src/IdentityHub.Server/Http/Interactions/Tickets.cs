using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace IdentityHub.Server.Http.Interactions;

/// <summary>
/// Carries what one endpoint has checked to the next page and back through the browser: encrypted and authenticated with the installation's
/// Data Protection keys, bound to one kind, and valid for a limited time.
/// </summary>
internal sealed class Tickets(IDataProtectionProvider protection)
{
    /// <summary>A user who goes for a coffee before logging in still comes back to the application.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Protects a ticket; the result is URL-safe.</summary>
    public string Protect<T>(T ticket, DateTimeOffset now)
        where T : class =>
        WebEncoders.Base64UrlEncode(Protector<T>().Protect(JsonSerializer.SerializeToUtf8Bytes(new Envelope<T>(now, ticket))));

    /// <summary>The ticket; null for anything that is not one of this kind, was changed, or is too old.</summary>
    /// <param name="lifetime">Null: <see cref="Lifetime"/>.</param>
    public T? Unprotect<T>(string? text, DateTimeOffset now, TimeSpan? lifetime = null)
        where T : class
    {
        if (string.IsNullOrEmpty(text))
            return null;
        try
        {
            var envelope = JsonSerializer.Deserialize<Envelope<T>>(Protector<T>().Unprotect(WebEncoders.Base64UrlDecode(text)));
            return envelope is not null && envelope.At <= now + TimeSpan.FromMinutes(1) && now < envelope.At + (lifetime ?? Lifetime)
                ? envelope.Ticket
                : null;
        }
        catch (Exception failure) when (failure is FormatException or System.Security.Cryptography.CryptographicException or JsonException)
        {
            return null;
        }
    }

    private IDataProtector Protector<T>() => protection.CreateProtector("IdentityHub.Ticket", typeof(T).Name);

    private sealed record Envelope<T>(DateTimeOffset At, T Ticket);
}
