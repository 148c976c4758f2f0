namespace IdentityHub.ConfigAsCode;

/// <summary>A way to reach those who answer for a caller: an e-mail address, a phone number, the address of a page.</summary>
internal static class Contact
{
    public const string Pattern = @"^[^\x00-\x20\x7F]([^\x00-\x1F\x7F]{0,198}[^\x00-\x20\x7F])?$";

    /// <summary>The same for a human.</summary>
    public const string Words = "1 to 200 characters of one line, without blanks around them";
}
