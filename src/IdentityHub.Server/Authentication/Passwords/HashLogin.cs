using System.Text.Json;
using IdentityHub.ConfigAsCode;
using IdentityHub.Server.Clients;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Authentication.Passwords;

/// <summary>
/// What the installation says of hashes that clients send in place of passwords, and which verifier of a user they are held against.
/// </summary>
internal sealed class HashLogin(ClientRegistry registry, UserPasswordHasher hasher)
{
    /// <summary>One of <see cref="ClientSentHash.Kinds"/>; null when the login by hash is off.</summary>
    public string? Kind =>
        registry.Current.Document.Dialects.Lsid is { Enabled: true, PasswordHashLogin: true } lsid ? NameOf(lsid.ClientPasswordHash) : null;

    /// <summary>Null for a user who has none, or may not log in so.</summary>
    public static string? VerifierOf(StoredCredential? user, string kind) => user is { HashLoginDisabled: false }
        ? UserPasswordHasher.ForClientSent(user.PasswordHash, kind) ?? UserPasswordHasher.ForClientSent(user.ClientVerifier, kind)
        : null;

    /// <summary>
    /// Makes the verifier of the older kind of hash that the installation has, for a user whose password was presented; null where none is
    /// needed: the password's own verifier also serves for <see cref="ClientSentHash.Sha256"/>.
    /// </summary>
    public Func<string>? NewVerifier(StoredCredential user, string password)
    {
        if (Kind is not { } kind
            || kind == ClientSentHash.Sha256
            || user.HashLoginDisabled
            || UserPasswordHasher.ForClientSent(user.ClientVerifier, kind) is not null)
            return null;
        return () => hasher.HashClientSent(kind, ClientSentHash.Of(kind, password));
    }

    // As the files write it.
    private static string NameOf(ClientPasswordHash kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
