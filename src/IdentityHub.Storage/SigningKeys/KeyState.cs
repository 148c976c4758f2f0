namespace IdentityHub.Storage.SigningKeys;

/// <summary>What becomes of a published key.</summary>
public enum KeyState
{
    /// <summary>It is published, and will sign.</summary>
    Announced,

    /// <summary>It signs.</summary>
    Signs,

    /// <summary>It could sign, and a newer one does.</summary>
    Replaced,

    /// <summary>It signs no more, and what it has signed is still good.</summary>
    Retired,

    /// <summary>It is another issuer's, and signs nothing here.</summary>
    Imported,
}
