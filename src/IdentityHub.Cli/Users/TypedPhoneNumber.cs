using System.CommandLine;
using PhoneNumbers;
using PhoneNumber = IdentityHub.Storage.Users.PhoneNumber;

namespace IdentityHub.Cli.Users;

/// <summary>Phone numbers as people and other systems write them, read by libphonenumber. What is E.164 already stays as it is.</summary>
internal static class TypedPhoneNumber
{
    private const int MaxTyped = 60;

    // "+27 (0)76 …": a zero that is dialled inside the country only. It is no digit of the number.
    private const string TrunkZero = "(0)";

    /// <summary>Says how national numbers are read.</summary>
    public static readonly Option<string?> Region = RegionOption();

    /// <summary>The number as E.164; what is none comes back as it was typed, and is refused with everything else that is wrong.</summary>
    /// <param name="region">Of national numbers, ISO 3166-1 such as <c>ZA</c>; null: they are none.</param>
    public static string? Read(string? typed, string? region)
    {
        if (typed is null || typed.Length > MaxTyped)
            return typed;
        if (!typed.Contains(TrunkZero, StringComparison.Ordinal) && PhoneNumber.Normalize(typed) is { } international)
            return international;
        try
        {
            var numbers = PhoneNumberUtil.GetInstance();
            var number = numbers.Parse(typed, region ?? "ZZ");
            return
                !number.HasExtension
                && numbers.IsPossibleNumber(number)
                && PhoneNumber.Normalize(numbers.Format(number, PhoneNumberFormat.E164)) is { } read
                ? read
                : typed;
        }
        catch (NumberParseException)
        {
            return typed;
        }
    }

    private static Option<string?> RegionOption()
    {
        var option = new Option<string?>("--phone-region")
        {
            Description = "The country of phone numbers without a country code, ISO 3166-1 such as ZA. [default: they are refused]",
            HelpName = "country",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } region && !PhoneNumberUtil.GetInstance().GetSupportedRegions().Contains(region))
                result.AddError($"There is no country '{region}': it must be two capital letters such as ZA.");
        });
        return option;
    }
}
