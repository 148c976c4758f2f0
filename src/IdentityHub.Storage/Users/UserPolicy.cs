using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Identity;

namespace IdentityHub.Storage.Users;

/// <summary>Why something cannot be a password.</summary>
public enum PasswordFault
{
    /// <summary>Fewer than <see cref="UserPolicy.MinPasswordLength"/> characters.</summary>
    TooShort,

    /// <summary>More than <see cref="UserPasswordHasher.MaxPasswordBytes"/> bytes.</summary>
    TooLong,

    /// <summary>One of <see cref="CommonPasswords"/>.</summary>
    Common,

    /// <summary>The name of its user.</summary>
    IsUserName,
}

/// <summary>
/// What is asked of a new user, in whichever way one comes to be: sign-up, an application's call, an import, the command line, a
/// configuration file. Of passwords, length instead of composition (NIST SP 800-63B §3.1.1.2); one account for an e-mail address.
/// </summary>
public static class UserPolicy
{
    /// <summary>Shortest password in characters.</summary>
    public const int MinPasswordLength = 8;

    // Shorter names are part of many words.
    private const int MinNameLength = 4;
    private const int MinWithoutName = 5;

    /// <summary>Longest user name in characters, where it is no e-mail address.</summary>
    public const int MaxUserNameLength = 64;

    /// <summary>Longest given or family name in characters.</summary>
    public const int MaxPersonNameLength = 256;

    /// <summary>What a user name is, for messages that begin with "A user name has".</summary>
    public const string UserNameRule =
        "1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or a digit; an e-mail address or phone number "
            + "must be the user's own";

    /// <summary>Why this cannot be the password of a user; null when it can.</summary>
    /// <param name="userName">Null where the user has no name to log in with.</param>
    public static PasswordFault? FaultOf(string password, string? userName) =>
        password.Length < MinPasswordLength ? PasswordFault.TooShort
        : Encoding.UTF8.GetByteCount(password) > UserPasswordHasher.MaxPasswordBytes ? PasswordFault.TooLong
        : CommonPasswords.Contains(password) ? PasswordFault.Common
        : userName is not null && NameNormalizer.Normalize(password) == NameNormalizer.Normalize(userName) ? PasswordFault.IsUserName
        : null;

    /// <summary>The same of a password alone, as the end of a sentence that begins with "it".</summary>
    public static string? FaultOf(string password) => FaultOf(password, userName: null) is { } fault ? Describe(fault) : null;

    /// <summary>
    /// True for a password that is little more than a name of its user: it holds the user name, or what is before the <c>@</c> or the
    /// <c>+</c> of the e-mail address, and fewer than five letters and digits besides.
    /// </summary>
    /// <param name="names">Names and addresses; null counts as none.</param>
    public static bool Resembles(string password, params ReadOnlySpan<string?> names)
    {
        var chosen = LettersAndDigits(password);
        foreach (var name in names)
        {
            var known = LettersAndDigits(name is null ? "" : name.Split('@', '+')[0]);
            if (known.Length >= MinNameLength
                && chosen.Contains(known, StringComparison.Ordinal)
                && chosen.Length - known.Length < MinWithoutName)
                return true;
        }

        return false;
    }

    /// <summary>A fault as the end of a sentence that begins with "it".</summary>
    public static string Describe(PasswordFault fault) => fault switch
    {
        PasswordFault.TooShort => $"has fewer than {MinPasswordLength} characters",
        PasswordFault.TooLong => $"is longer than {UserPasswordHasher.MaxPasswordBytes} bytes",
        PasswordFault.Common => "is one of the most common passwords",
        _ => "is the user name",
    };

    /// <summary>
    /// True for a name that a user may have. A user can log in with a user name, an e-mail address and a phone number, and the name wins.
    /// So only the owner of an address or a number may have it as their name.
    /// </summary>
    /// <param name="email">Of the same user; null for none.</param>
    /// <param name="phone">The same, in any notation.</param>
    public static bool IsUserName(string name, string? email = null, string? phone = null)
    {
        if (name.Length == 0 || name != name.Trim())
            return false;
        if (EmailAddress.IsValid(name))
            return email is not null && NameNormalizer.Normalize(name) == NameNormalizer.Normalize(email);
        if (PhoneNumber.NormalizeDialled(name) is { } number)
            return phone is not null && number == PhoneNumber.NormalizeDialled(phone);

        var normalized = NameNormalizer.Normalize(name);
        return name.Length <= MaxUserNameLength && normalized.Length <= MaxUserNameLength
            && name.EnumerateRunes().All(IsNameRune) && normalized.EnumerateRunes().All(IsNameRune)
            && Rune.IsLetterOrDigit(name.EnumerateRunes().First());
    }

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

    private static string LettersAndDigits(string text) =>
        string.Concat(NameNormalizer.Normalize(text).EnumerateRunes().Where(Rune.IsLetterOrDigit));

    private static bool IsNameRune(Rune rune) =>
        rune.Value is '.' or '-' or '_'
        || Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
