using IdentityHub.Storage.KeyProtection;

namespace IdentityHub.Storage.SigningKeys;

/// <summary>What was done for a line of keys to get its next key.</summary>
public enum RotationStep
{
    /// <summary>The next key was announced already.</summary>
    None,

    /// <summary>A key was made.</summary>
    Made,

    /// <summary>The key that was announced signs earlier.</summary>
    BroughtForward,
}

/// <summary>The next key of a line.</summary>
public sealed record RotatedKey(SigningKey Key, RotationStep Step);

/// <summary>Why a key is not retired.</summary>
public enum RetireRefusal
{
    /// <summary>No published key has the id.</summary>
    Unknown,

    /// <summary>It is the only key of its line that signs, and none follows soon.</summary>
    OnlyOne,

    /// <summary>It is the only key of its line that signs, and its successor does so in a moment.</summary>
    SuccessorSoon,
}

/// <summary>A key that was retired, or why it was not.</summary>
/// <param name="Own">A key of this installation.</param>
/// <param name="Imported">A key of another issuer.</param>
/// <param name="Successor">The key that follows, with a refusal.</param>
public sealed record RetiredKey(SigningKey? Own, ImportedKey? Imported, RetireRefusal? Refusal, SigningKey? Successor);

/// <summary>Brings the next signing key, and ends one: inside a change of <see cref="SigningKeyStore"/>.</summary>
public static class SigningKeyRotation
{
    /// <summary>Announces the next key of a line, or brings the one that is announced forward.</summary>
    /// <param name="line">The published keys of the algorithm.</param>
    /// <param name="isNow">True: it signs as soon as every node knows it. False: after the usual announcement.</param>
    public static async Task<RotatedKey> NextAsync(
        SqlTransaction transaction, IReadOnlyList<SigningKey> line, string algorithm, KeyProtector protector, bool isNow,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        var announced = line.FirstOrDefault(key => key.NotBefore > now && key.SignUntil > key.NotBefore);
        if (announced is not null && !isNow)
            return new(announced, RotationStep.None);

        // Where none signs, none can be missed by a verifier.
        var begin = SigningKeyLifeCycle.FindSigning(line, algorithm, now) is null ? now
            : now + (isNow ? SigningKeyLifeCycle.Propagation : SigningKeyLifeCycle.Announcement);
        if (announced is null)
        {
            var key = SigningKeyLifeCycle.Create(protector, algorithm, begin, now);
            await SigningKeyStore.InsertAsync(transaction, key, cancellationToken);
            return new(key, RotationStep.Made);
        }

        // Nodes that have read it need not be waited for.
        var known = announced.CreatedAt + SigningKeyLifeCycle.Propagation;
        announced.NotBefore = known <= now ? now : known < announced.NotBefore ? known : announced.NotBefore;
        announced.SignUntil = announced.NotBefore + SigningKeyLifeCycle.SigningPeriod;
        announced.PublishUntil = announced.SignUntil + SigningKeyLifeCycle.Retirement;
        await SigningKeyStore.SetTimesAsync(transaction, announced, cancellationToken);
        return new(announced, RotationStep.BroughtForward);
    }

    /// <summary>Ends a key: it signs no more, and leaves the JWKS later.</summary>
    /// <param name="end">When it leaves the JWKS; null: when what it has signed has expired, and at once for another issuer's.</param>
    public static async Task<RetiredKey> RetireAsync(
        SqlTransaction transaction, PublishedKeys published, string keyId, DateTimeOffset? end, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (published.Imported.FirstOrDefault(key => key.KeyId == keyId) is { } imported)
        {
            imported.PublishUntil = end ?? now;
            await SigningKeyStore.ImportAsync(transaction, imported, cancellationToken);
            return new(null, imported, null, null);
        }

        if (published.Ring.FirstOrDefault(key => key.KeyId == keyId) is not { } own)
            return new(null, null, RetireRefusal.Unknown, null);
        var others = published.Ring.Where(other => other.KeyId != keyId && other.Algorithm == own.Algorithm).ToList();
        if (own.NotBefore <= now && own.SignUntil > now && SigningKeyLifeCycle.FindSigning(others, own.Algorithm, now) is null)
        {
            var next = others.Where(other => other.NotBefore > now && other.SignUntil > other.NotBefore).MinBy(other => other.NotBefore);
            var isSoon = next?.NotBefore <= now + SigningKeyLifeCycle.Propagation;
            return new(own, null, isSoon ? RetireRefusal.SuccessorSoon : RetireRefusal.OnlyOne, next);
        }

        own.SignUntil = Earlier(own.SignUntil, now);
        own.PublishUntil = end ?? Earlier(own.PublishUntil, now + SigningKeyLifeCycle.Retirement);
        await SigningKeyStore.SetTimesAsync(transaction, own, cancellationToken);
        return new(own, null, null, null);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
