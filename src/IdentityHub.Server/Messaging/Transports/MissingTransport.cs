namespace IdentityHub.Server.Messaging.Transports;

/// <summary>
/// Used outside Development when the settings name no mail server or no SMS provider: refuses, until an administrator sets one.
/// </summary>
/// <param name="reason">A stable code, e.g. <c>email_not_configured</c>.</param>
internal sealed class MissingTransport(string reason) : ITransport
{
    public Task<Delivery> SendAsync(OutgoingMessage message, CancellationToken cancellationToken) =>
        Task.FromResult(new Delivery(DeliveryVerdict.Refused, reason));
}
