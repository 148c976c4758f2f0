using System.Threading.Channels;

namespace IdentityHub.Server.Messaging;

/// <summary>Wakes this node's deliverer, so that a message does not wait for its next look. What is missed is found by that look.</summary>
internal sealed class OutboxSignal
{
    private readonly Channel<bool> _raised = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that there may be something to send.</summary>
    public void Raise() => _raised.Writer.TryWrite(true);

    /// <summary>Waits until it is raised.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _raised.Reader.ReadAsync(cancellationToken);
}
