using System.Security.Cryptography;

namespace IdentityHub.Protocol.Jose;

/// <summary>
/// Instances of one key. The framework does not promise that an <see cref="ECDsa"/> or <see cref="RSA"/> works on two threads
/// at once, and making one costs more than a signature; so each use takes one out and puts it back, without a lock.
/// At most one instance per processor is kept.
/// </summary>
internal sealed class KeyPool(Func<AsymmetricAlgorithm> open)
{
    private readonly AsymmetricAlgorithm?[] _idle = new AsymmetricAlgorithm?[Environment.ProcessorCount];
    private volatile bool _closed;

    /// <summary>An instance that is the caller's alone until <see cref="Return"/>.</summary>
    public AsymmetricAlgorithm Take()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var first = FirstSlot();
        for (var i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.Exchange(ref _idle[(first + i) % _idle.Length], null) is { } instance)
                return instance;
        }

        return open();
    }

    public void Return(AsymmetricAlgorithm instance)
    {
        if (!TryKeep(instance))
            instance.Dispose();
        else if (_closed)
            Close(); // Close may have passed the slot before the instance came back to it.
    }

    /// <summary>Releases the idle instances; one that is out is released when it returns.</summary>
    public void Close()
    {
        _closed = true;
        for (var i = 0; i < _idle.Length; i++)
            Interlocked.Exchange(ref _idle[i], null)?.Dispose();
    }

    private bool TryKeep(AsymmetricAlgorithm instance)
    {
        var first = FirstSlot();
        for (var i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _idle[(first + i) % _idle.Length], instance, null) is null)
                return true;
        }

        return false;
    }

    private int FirstSlot() => Thread.GetCurrentProcessorId() % _idle.Length;
}
