using System.Net;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Server.Messaging.Transports;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Messaging;

/// <summary>Messages to clients and users: written to the outbox, delivered in the background.</summary>
internal static class MessagingFeature
{
    public static void AddMessaging(this IServiceCollection services)
    {
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<OutboxWriter>();
        services.AddSingleton<SecurityNotices>();
        services.AddSingleton<OutboxAttempts>();
        services.AddSingleton<OutboundHttp>();
        services.AddSingleton<ResolveHost>(Dns.GetHostAddressesAsync);
        services.AddSingleton<TemplateFolder>();
        services.AddSingleton<MessageWords>();
        services.AddSingleton<DevelopmentOutbox>();
        services.AddSingleton<OutboxChannel>(services =>
            NewChannel(services, AddressedMessage.Email, settings =>
                settings.Email.Smtp is { IsSet: true } smtp ? new SmtpTransport(smtp) : null));
        services.AddSingleton<OutboxChannel>(services =>
            NewChannel(services, AddressedMessage.Sms, settings =>
                settings.Sms.Twilio is { IsSet: true } twilio
                    ? new TwilioTransport(twilio, services.GetRequiredService<OutboundHttp>())
                    : null));
    }

    private static AddressedChannel NewChannel(IServiceProvider services, string name, Func<HubSettings, ITransport?> configured)
    {
        var settings = services.GetRequiredService<IOptions<HubSettings>>().Value;
        var transport = configured(settings)
            ?? (
                settings.IsDevelopment
                    ? ActivatorUtilities.CreateInstance<DevelopmentTransport>(services, name)
                    : new MissingTransport($"{name}_not_configured"));
        return ActivatorUtilities.CreateInstance<AddressedChannel>(services, name, transport);
    }
}
