using System.Security.Cryptography;
using System.Text;
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

    private const int Length = 10;
    private const int MaxTyped = 64;

    // Without letters that look like others: Crockford's base 32.
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private readonly byte[] _key = protector.DeriveKey("recovery-code");

    /// <summary>Draws codes for a user; nothing is stored yet.</summary>
    public DrawnRecoveryCodes Draw(Guid userId)
    {
        var codes = Enumerable.Range(0, Count).Select(_ => RandomNumberGenerator.GetString(Letters, Length)).ToList();
        return new DrawnRecoveryCodes(
            [.. codes.Select(code => $"{code[..(Length / 2)]}-{code[(Length / 2)..]}")], [.. codes.Select(code => HashOf(userId, code))]);
    }

    /// <summary>Gives the user other codes in place of those before.</summary>
    /// <returns>The codes; refused for a user without a second factor.</returns>
    public async Task<Outcome<IReadOnlyList<string>>> ReplaceAsync(
        Guid userId, Guid sessionId, RequestContext context, CancellationToken cancellationToken)
    {
        var drawn = Draw(userId);
        if (!await store.TryReplaceAsync(userId, drawn.Hashes, context.Now, cancellationToken))
            return Refusal.InvalidRequest("Recovery codes belong to a second factor; there is none.", Reasons.SecondFactorUnknown);
        await audit.WriteAsync(context, AuditTypes.RecoveryCodesMade, userId, sessionId);
        await notices.SendAsync(userId, SecurityNotice.RecoveryCodesMade, context, CancellationToken.None);
        return Outcome.Of(drawn.Codes);
    }

    /// <summary>What is stored of a code; 32 bytes.</summary>
    /// <param name="code">As <see cref="Read"/> gives it.</param>
    public byte[] HashOf(Guid userId, string code)
    {
        Span<byte> input = stackalloc byte[16 + Length];
        userId.TryWriteBytes(input);
        Encoding.ASCII.GetBytes(code, input[16..]);
        return HMACSHA256.HashData(_key, input);
    }

    /// <summary>
    /// The code that was typed; null when it is none. Blanks and hyphens are passed over, case does not matter, and letters that look like
    /// a digit are read as it.
    /// </summary>
    public static string? Read(string typed)
    {
        if (typed.Length > MaxTyped)
            return null;
        var code = new StringBuilder(Length);
        foreach (var c in typed)
        {
            if (char.IsWhiteSpace(c) || c == '-')
                continue;

            // Letters and digits of full width too: U+FF01 to U+FF5E are ASCII, moved.
            var letter = char.ToUpperInvariant(c is >= '\uFF01' and <= '\uFF5E' ? (char)(c - 0xFEE0) : c) switch
            {
                'O' => '0',
                'I' or 'L' => '1',
                var other => other,
            };
            if (!Letters.Contains(letter) || code.Length == Length)
                return null;
            code.Append(letter);
        }

        return code.Length == Length ? code.ToString() : null;
    }
}
