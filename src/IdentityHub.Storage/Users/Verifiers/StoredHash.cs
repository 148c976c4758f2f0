namespace IdentityHub.Storage.Users.Verifiers;

/// <summary>A stored value that its verifier has read: a password can be checked against it, or it is said why none can.</summary>
internal sealed class StoredHash
{
    private readonly Func<string, bool>? _matches;

    private StoredHash(Func<string, bool>? matches, string? fault) => (_matches, Fault) = (matches, fault);

    /// <summary>Why no password is checked against it, as the end of a sentence that begins with "it"; null when one can be.</summary>
    public string? Fault { get; }

    /// <param name="matches">True for the password that was hashed. Compares in constant time.</param>
    public static StoredHash Of(Func<string, bool> matches) => new(matches, fault: null);

    /// <summary>A value of a known format that is broken, or that would cost too much to check.</summary>
    public static StoredHash Refused(string fault) => new(matches: null, fault);

    /// <summary>True when the password is the one that was hashed; false for every password where there is a <see cref="Fault"/>.</summary>
    public bool Matches(string password) => _matches is not null && _matches(password);
}
