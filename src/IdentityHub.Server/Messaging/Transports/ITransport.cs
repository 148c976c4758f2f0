using IdentityHub.Server.Messaging.Templates;

namespace IdentityHub.Server.Messaging.Transports;

/// <summary>A message that is ready to go.</summary>
/// <param name="Id">The same at each try, so that a recipient's program can tell a copy.</param>
/// <param name="To">One e-mail address, or one phone number.</param>
internal sealed record OutgoingMessage(Guid Id, string To, MessageText Text)
{
    /// <summary>Shows neither recipient nor text.</summary>
    public override string ToString() => $"{nameof(OutgoingMessage)} {{ Id = {Id} }}";
}

/// <summary>What takes messages to their recipients.</summary>
internal interface ITransport
{
    /// <summary>Hands one message over, once. May throw: that is a failure like another.</summary>
    Task<Delivery> SendAsync(OutgoingMessage message, CancellationToken cancellationToken);
}
