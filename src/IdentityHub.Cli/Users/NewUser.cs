using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Users;

/// <summary>A user as the command line describes one.</summary>
/// <param name="Phone">As typed; stored as E.164.</param>
/// <param name="Region">Of a service user; null: that of the installation.</param>
/// <param name="Organization">Id of the home organization, in which <paramref name="Roles"/> are held.</param>
internal sealed record NewUser(
    Guid Id, string UserName, string? Email, string? Phone, string? GivenName, string? FamilyName, string? Region, string? Organization,
    IReadOnlyList<string> Roles)
{
    private const int MaxRegionLength = 32;

    /// <summary>What is wrong whatever the database holds, a sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        if (Id == Guid.Empty)
            yield return "The id is all zeros: leave it out, or use a random UUID.";
        if (!UserPolicy.IsUserName(UserName, Email, Phone))
            yield return $"The user name '{UserName}' is not one: a user name has {UserPolicy.UserNameRule}.";
        if (Email is not null && !EmailAddress.IsValid(Email))
            yield return $"The e-mail address '{Email}' is not one: it must be something like alice@example.com.";
        if (Phone is not null && PhoneNumber.Normalize(Phone) is null)
            yield return $"The phone number '{Phone}' is not one: it must be like +27761234567, with its country code; for national "
                + "numbers name the country with --phone-region.";
        if (GivenName?.Length > UserPolicy.MaxPersonNameLength || FamilyName?.Length > UserPolicy.MaxPersonNameLength)
            yield return $"A given or family name has at most {UserPolicy.MaxPersonNameLength} characters.";
        if (Region is not null
            && (Region.Length is 0 or > MaxRegionLength || !Region.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        )
            yield return $"The region '{Region}' is not one: it must be 1 to {MaxRegionLength} of a-z 0-9 -.";
    }

    /// <summary>The row. What an administrator types is taken as verified.</summary>
    public User ToUser(DateTimeOffset now) => new()
    {
        Id = Id,
        UserName = UserName,
        Email = Email,
        EmailConfirmed = Email is not null,
        PhoneNumber = PhoneNumber.Normalize(Phone),
        PhoneNumberConfirmed = Phone is not null,
        GivenName = GivenName,
        FamilyName = FamilyName,
        HomeRegion = Region,
        OrganizationId = Organization,
        CreatedAt = now,
        UpdatedAt = now,
    };
}
