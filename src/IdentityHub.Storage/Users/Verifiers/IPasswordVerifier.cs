namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>
/// One format in which the hash of a password may be stored: the hub's own, or that of the system from which its user came.
/// </summary>
internal interface IPasswordVerifier
{
    /// <summary>Reads a stored value. Never throws.</summary>
    /// <returns>Null for a value of another format.</returns>
    StoredHash? Read(string stored);
}
