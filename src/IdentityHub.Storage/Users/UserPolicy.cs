using System.Text;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.Storage.Users;

/// <summary>What is asked of a new user: length instead of composition (NIST SP 800-63B §3.1.1.2), one account for an e-mail address.</summary>
public static class UserPolicy
{
    /// <summary>Shortest password in characters.</summary>
    public const int MinPasswordLength = 8;

    /// <summary>Why this cannot be anybody's password, as the end of a sentence that begins with "it"; null when it can.</summary>
    public static string? FaultOf(string password) =>
        password.Length < MinPasswordLength ? $"has fewer than {MinPasswordLength} characters"
        : Encoding.UTF8.GetByteCount(password) > UserPasswordHasher.MaxPasswordBytes ? $"is longer than {UserPasswordHasher.MaxPasswordBytes} bytes"
        : CommonPasswords.Contains(password) ? "is one of the most common passwords"
        : null;

    internal static void Configure(IdentityOptions options)
    {
        options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
        options.User.RequireUniqueEmail = false;
        options.User.AllowedUserNameCharacters = "";
        options.Password.RequiredLength = MinPasswordLength;
        options.Password.RequiredUniqueChars = 1;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
    }
}
