using System.Security.Cryptography;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Messaging;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SecondFactors;

namespace IdentityHub.Server.Authentication.RecoveryCodes;

/// <summary>Codes that have just been drawn.</summary>
/// <param name="Codes">To be shown once.</param>
/// <param name="Hashes">To be stored.</param>
internal sealed record DrawnRecoveryCodes(IReadOnlyList<string> Codes, IReadOnlyList<byte[]> Hashes)
{
    public override string ToString() => nameof(DrawnRecoveryCodes);
}

/// <summary>
/// Recovery codes: ten a user, of 50 random bits each, stored under a keyed hash. They are made together with the first second factor, and
/// anew when the user asks.
/// </summary>
internal sealed class RecoveryCodeSet(RecoveryCodeStore store, KeyProtector protector, SecurityNotices notices, AuditTrail audit)
{
    /// <summary>How many codes a user has.</summary>
    public const int Count = 10;

    private const int Length = RecoveryCodeHasher.Length;

    private readonly RecoveryCodeHasher _hasher = new(protector);

    /// <summary>Draws codes for a user; nothing is stored yet.</summary>
    public DrawnRecoveryCodes Draw(Guid userId)
    {
        var codes = Enumerable.Range(0, Count).Select(_ => RandomNumberGenerator.GetString(RecoveryCodeHasher.Letters, Length)).ToList();
        return new DrawnRecoveryCodes(
            [.. codes.Select(code => $"{code[..(Length / 2)]}-{code[(Length / 2)..]}")], [.. codes.Select(code => HashOf(userId, code))]);
    }

    /// <summary>Gives the user other codes in place of those before.</summary>
    /// <returns>The codes; refused for a user without a second factor, and when the session has just ended.</returns>
    public async Task<Outcome<IReadOnlyList<string>>> ReplaceAsync(
        Guid userId, Guid sessionId, RequestContext context, CancellationToken cancellationToken)
    {
        var drawn = Draw(userId);
        if (!await store.TryReplaceAsync(userId, sessionId, drawn.Hashes, context.Now, cancellationToken))
            return Refusal.InvalidRequest("Recovery codes belong to a second factor; there is none.", Reasons.SecondFactorUnknown);
        await audit.WriteAsync(context, AuditTypes.RecoveryCodesMade, userId, sessionId);
        await notices.SendAsync(userId, SecurityNotice.RecoveryCodesMade, context, CancellationToken.None);
        return Outcome.Of(drawn.Codes);
    }

    /// <inheritdoc cref="RecoveryCodeHasher.HashOf"/>
    public byte[] HashOf(Guid userId, string code) => _hasher.HashOf(userId, code);

    /// <inheritdoc cref="RecoveryCodeHasher.Read"/>
    public static string? Read(string typed) => RecoveryCodeHasher.Read(typed);
}
