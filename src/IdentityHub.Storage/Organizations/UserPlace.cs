using IdentityHub.Storage.Users;

namespace IdentityHub.Storage.Organizations;

/// <summary>Where in a list a user stands. What it holds of a user must not be shown.</summary>
/// <param name="Field">0: the list is in the order of ids. Otherwise which field begins as it was searched for.</param>
/// <param name="Value">Of that field, as it is compared; empty without one.</param>
/// <param name="Id">Of the user.</param>
public readonly record struct UserPlace(int Field, string Value, Guid Id)
{
    /// <summary>Reads what <see cref="ToString"/> has written.</summary>
    public static UserPlace Parse(string text) =>
        text.Split(' ', 3) is [var field, var id, var value]
            ? new UserPlace(int.Parse(field, System.Globalization.CultureInfo.InvariantCulture), value, Guid.Parse(id))
            : throw new FormatException("A place has three parts.");

    /// <summary>For a cursor.</summary>
    public override string ToString() => FormattableString.Invariant($"{Field} {Id} {Value}");
}

/// <summary>A user who was found, and where the list goes on after them.</summary>
public sealed record FoundUser(AdministeredUser User, UserPlace Place);
