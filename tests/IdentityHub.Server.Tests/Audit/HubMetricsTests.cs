using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Audit;

/// <summary>
/// The counters of the meter <c>IdentityHub</c>. A listener hears every server of the process, so no other may run beside.
/// </summary>
[NonParallelizable]
public class HubMetricsTests
{
    private const string Config = Parts.People +
        """
        clients:
          - { client_id: app, grant_types: [client_credentials, password], client_secrets: [{ value: "plain:app-secret" }], dialects: [oauth-v2] }
        dialects:
          oauth-v2: { enabled: true }
        """;

    [Test]
    public async Task Messages_that_are_delivered_fail_and_are_given_up_are_counted_by_channel()
    {
        var heard = new ConcurrentQueue<string>();
        using var listener = Listen(heard, "identityhub.outbox.");
        await using var good = await BackChannel.StartAsync();
        await using var bad = await BackChannel.StartAsync();
        bad.AnswerWith(400);
        await using var hub = await Hub.StartAsync(
            Logouts.Config(
                Logouts.Client("good", $"backchannel_logout_uri: \"{good.Address}\""),
                Logouts.Client("bad", $"backchannel_logout_uri: \"{bad.Address}\"")));
        var browser = new Browser(hub.Client);
        await hub.Client.SignInAsync(browser, "good");
        await browser.LogOutAsync((await hub.Client.SignInAsync(browser, "bad"))["id_token"]);

        await hub.OutboxLaterAsync(message => message.DeliveredAt is not null || message.DeadAt is not null);

        // Counted right after the row was written.
        var counted = await Eventually.GetAsync(() => Task.FromResult(heard.ToList()), counts => counts.Count == 7);
        Assert.That(counted, Is.EquivalentTo([
            "identityhub.outbox.delivered 1 channel=backchannel-logout", "identityhub.outbox.dead 1 channel=backchannel-logout",
            .. Enumerable.Repeat("identityhub.outbox.failed 1 channel=backchannel-logout", 5),
        ]));
    }

    [Test]
    public async Task Issued_refused_and_revoked_tokens_are_counted_with_what_tells_them_apart()
    {
        var heard = new ConcurrentQueue<string>();
        using var listener = Listen(heard, "identityhub.");
        await using var hub = await Hub.StartAsync(Config);

        var token = (await hub.Client.MachineAsync("app"))["access_token"];
        await hub.Client.PostJsonAsync(
            "/oauth/v2/token", """{"grant_type":"client_credentials","client_id":"app","client_secret":"app-secret"}""");
        await hub.Client.LoginAsync("app", password: "wrong-password");
        await hub.Client.RevokeAsync("app", token);
        await hub.Client.RevokeAsync("app", token);

        Assert.That(heard, Is.EqualTo([
            "identityhub.tokens.issued 1 grant=client_credentials client=app endpoint=connect/token",
            "identityhub.tokens.issued 1 grant=client_credentials client=app endpoint=oauth/v2/token",
            "identityhub.tokens.refused 1 reason=password_wrong endpoint=connect/token",
            "identityhub.tokens.revoked 1 endpoint=connect/revocation",
        ]));
    }

    private static MeterListener Listen(ConcurrentQueue<string> heard, string prefix)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "IdentityHub" && instrument.Name.StartsWith(prefix, StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            heard.Enqueue($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
        listener.Start();
        return listener;
    }
}
