using System.Collections.Concurrent;

namespace IdentityHub.Server.Limits;

/// <summary>
/// From where a program's credential was right on this node since its last failure: there it is evaluated without a database statement.
/// ASSURANCE B9.
/// </summary>
/// <param name="most">How many are remembered; one more, and all are forgotten.</param>
internal sealed class TrustedAddresses(int most)
{
    private readonly ConcurrentDictionary<(string Name, string Address), bool> _known = new();

    public bool Contains(string name, string address) => _known.ContainsKey((name, address));

    public void Add(string name, string address)
    {
        if (_known.Count >= most)
            _known.Clear();
        _known.TryAdd((name, address), true);
    }

    public void Remove(string name, string address) => _known.TryRemove((name, address), out _);
}
