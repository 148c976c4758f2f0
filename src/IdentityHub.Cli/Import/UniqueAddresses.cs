namespace IdentityHub.Cli.Import;

/// <summary>
/// E-mail addresses or phone numbers that several users of the source have. Here each belongs to one user: to the first who has proved it,
/// otherwise to the first.
/// </summary>
internal sealed class UniqueAddresses
{
    private readonly Dictionary<string, (string UserId, bool IsVerified)> _owners = new(StringComparer.Ordinal);

    /// <summary>Says that a user has an address.</summary>
    /// <param name="address">Normalized; null for none.</param>
    public void Add(string? address, string userId, bool isVerified)
    {
        if (address is null || (_owners.TryGetValue(address, out var owner) && (owner.IsVerified || !isVerified)))
            return;
        _owners[address] = (userId, isVerified);
    }

    /// <summary>True for the user whose address it is.</summary>
    public bool IsOwner(string? address, string userId) =>
        address is not null && _owners.TryGetValue(address, out var owner) && owner.UserId == userId;
}
