using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace IdentityHub.Server.Admin.Api;

/// <summary>
/// Cursors of lists: where a page has ended, encrypted and authenticated, and bound to the list, its filters and its caller. A cursor says
/// where to go on, not how many to pass over: rows that come or go meanwhile move nothing.
/// </summary>
internal sealed class Cursors(IDataProtectionProvider protection)
{
    /// <summary>A cursor that ends at a place.</summary>
    /// <param name="list">What the cursor belongs to.</param>
    public string Seal(string list, string place) =>
        WebEncoders.Base64UrlEncode(Protector(list).Protect(Encoding.UTF8.GetBytes(place)));

    /// <summary>The place; null for a text that is no cursor of this list.</summary>
    public string? Open(string list, string cursor)
    {
        try
        {
            return Encoding.UTF8.GetString(Protector(list).Unprotect(WebEncoders.Base64UrlDecode(cursor)));
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            return null;
        }
    }

    // A purpose of its own for each list: what was sealed for another one does not open.
    private IDataProtector Protector(string list) => protection.CreateProtector("IdentityHub.AdminCursor", list);
}
