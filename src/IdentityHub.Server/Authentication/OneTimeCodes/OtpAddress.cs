using System.Text;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Authentication.OneTimeCodes;

/// <summary>An e-mail address or a phone number that codes are sent to.</summary>
/// <param name="IsEmail">False: a phone number.</param>
/// <param name="Value">As it is stored of a new user: of an e-mail address the composed form (NFKC), with its case.</param>
/// <param name="Key">The one form under which it compares, is counted and is looked up. ASSURANCE B7, I8.</param>
internal sealed record OtpAddress(bool IsEmail, string Value, string Key)
{
    /// <summary><c>amr</c> of a login by a code that was sent there. RFC 8176 §2.</summary>
    public string Method => IsEmail ? "otp" : "sms";

    /// <summary>The address; null when it is none.</summary>
    public static OtpAddress? Email(string typed)
    {
        if (typed.Length > EmailAddress.MaxLength
            || NameNormalizer.Normalize(typed) is not { Length: > 0 and <= EmailAddress.MaxLength } key
            || key.Contains('\uFFFD'))
            return null;
        var value = typed.Trim().Normalize(NormalizationForm.FormKC);
        return EmailAddress.IsValid(value) ? new OtpAddress(true, value, key) : null;
    }

    /// <summary>The phone number; null when it is none.</summary>
    public static OtpAddress? Phone(string typed) =>
        PhoneNumber.NormalizeDialled(typed) is { } number ? new OtpAddress(false, number, number) : null;

    /// <summary>The address that a user logs in with; null when the identifier is a user name.</summary>
    public static OtpAddress? Of(string identifier) =>
        identifier.Contains('@') || identifier.Contains('\uFF20') ? Email(identifier) : Phone(identifier);

    /// <summary>The user that the address belongs to; null when there is none.</summary>
    public Task<AddressedUser?> FindUserAsync(UserDirectory users, CancellationToken cancellationToken) =>
        users.FindByAddressAsync(IsEmail ? Key : null, IsEmail ? null : Key, cancellationToken);

    /// <summary>Shows the address nowhere.</summary>
    public override string ToString() => nameof(OtpAddress);
}
