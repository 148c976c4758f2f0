using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Storage.Replay;
using Microsoft.AspNetCore.DataProtection;

namespace IdentityHub.Server.Authentication.Passkeys;

/// <summary>
/// Challenges of passkeys. A challenge is its own ticket: encrypted and authenticated with the keys that all nodes share, bound to one
/// ceremony of one browser, and valid for five minutes. Nothing is stored before it is used. WebAuthn Level 3 §13.4.3.
/// </summary>
internal sealed class PasskeyChallenges(IDataProtectionProvider protection, UsedIdentifierStore used)
{
    /// <summary>How long a user may take from the moment at which the browser has asked for it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>For the sign-in with a passkey.</summary>
    public const string SignIn = "sign-in";

    /// <summary>For the second step of a sign-in.</summary>
    public const string SecondStep = "second-step";

    /// <summary>For a new passkey.</summary>
    public const string Enrolment = "enrolment";

    private const int TimeLength = sizeof(long);
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);
    private readonly IDataProtector _protector = protection.CreateProtector("IdentityHub.PasskeyChallenge");

    /// <summary>A new challenge. It holds at least 32 random bytes: the key modifier and the initialization vector.</summary>
    /// <param name="ceremony"><see cref="SignIn"/>, <see cref="SecondStep"/> or <see cref="Enrolment"/>.</param>
    /// <param name="browser">
    /// What only this browser sends back, e.g. the tag of its cookie, or its session. In the second step it is the user: the login that
    /// waits is bound to the browser itself.
    /// </param>
    public byte[] New(string ceremony, string browser, DateTimeOffset now)
    {
        var ticket = new byte[TimeLength + SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(ticket, now.UtcTicks);
        Binding(ceremony, browser).CopyTo(ticket.AsSpan(TimeLength));
        return _protector.Protect(ticket);
    }

    /// <summary>True for a challenge that was made for this ceremony of this browser, and has not expired.</summary>
    /// <param name="browser">Null: the browser has sent nothing, and no challenge is its own.</param>
    public bool IsValid(byte[] challenge, string ceremony, string? browser, DateTimeOffset now)
    {
        if (browser is null)
            return false;
        byte[] ticket;
        try
        {
            ticket = _protector.Unprotect(challenge);
        }
        catch (CryptographicException)
        {
            return false;
        }

        var made = new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(ticket), TimeSpan.Zero);
        return made <= now + Skew
            && now < made + Lifetime
            && CryptographicOperations.FixedTimeEquals(ticket.AsSpan(TimeLength), Binding(ceremony, browser));
    }

    /// <summary>Uses a challenge up over all nodes. Call it after the signature was checked.</summary>
    /// <returns>False when it was used before.</returns>
    // One from before a restore of the database cannot be read any more: its protection key is gone.
    public Task<bool> TryUseAsync(byte[] challenge, DateTimeOffset now, CancellationToken cancellationToken) =>
        used.TryUseAsync(
            SHA256.HashData([.. "passkey-challenge\n"u8, .. challenge]), earliestUse: now, now + Lifetime + Skew, cancellationToken);

    private static byte[] Binding(string ceremony, string browser) => SHA256.HashData(Encoding.UTF8.GetBytes($"{ceremony}\n{browser}"));
}
