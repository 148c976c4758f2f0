using IdentityHub.Storage.Users;

namespace IdentityHub.ConfigAsCode;

/// <summary>A claim of users: where it may be, and how its value is found.</summary>
public sealed class ConfiguredClaim
{
    private readonly IReadOnlyList<ClaimDestination> _destinations;
    private readonly Func<UserDetails, object?> _source;

    internal ConfiguredClaim(
        string name, IReadOnlyList<ClaimDestination> destinations, bool needsDetails, Func<UserDetails, object?> source)
    {
        Name = name;
        NeedsDetails = needsDetails;
        _destinations = destinations;
        _source = source;
    }

    /// <summary>The name in tokens.</summary>
    public string Name { get; }

    /// <summary>True when the profile alone does not have the value.</summary>
    public bool NeedsDetails { get; }

    /// <summary>True when the claim may be there.</summary>
    public bool GoesInto(ClaimDestination destination) => _destinations.Contains(destination);

    /// <summary>The value, as <see cref="ClaimJson"/> writes it; null when the user has none.</summary>
    public object? ValueOf(UserDetails user) => _source(user);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
