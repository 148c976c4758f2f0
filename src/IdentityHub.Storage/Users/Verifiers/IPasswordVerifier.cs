namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>One format in which the hash of a password may be stored: the hub's own, or that of the system from which its user came.</summary>
internal interface IPasswordVerifier
{
    /// <summary>True for a stored value that <see cref="Verify"/> can check. Never throws.</summary>
    bool CanRead(string stored);

    /// <summary>True when the password is the one that was hashed. Constant time in what is compared.</summary>
    /// <param name="stored">A value that <see cref="CanRead"/>.</param>
    bool Verify(string stored, string password);
}
