using System.Text;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.Storage.Users;

/// <summary>
/// The one form under which user names, e-mail addresses and role names are compared, indexed and counted: trimmed, NFKC, upper case
/// of the invariant culture. Full-width letters, the Kelvin sign and case do not make a second account. ASSURANCE I8, B7.
/// </summary>
public sealed class NameNormalizer : ILookupNormalizer
{
    public string? NormalizeName(string? name) => name is null ? null : Normalize(name);

    public string? NormalizeEmail(string? email) => email is null ? null : Normalize(email);

    /// <summary>Never throws: what no database can store (a lone surrogate, NUL) becomes U+FFFD, which names no user.</summary>
    public static string Normalize(string name)
    {
        if (name.Contains('\0'))
            return "\uFFFD";

        try
        {
            return name.Trim().Normalize(NormalizationForm.FormKC).ToUpperInvariant();
        }
        catch (ArgumentException)
        {
            return "\uFFFD";
        }
    }
}
