using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.Sessions;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Messaging;

/// <summary>The server calls addresses that others have registered, and nothing that it should not.</summary>
[Spec("ASSURANCE", "I6")]
public class OutboundHttpTests
{
    private static readonly (string, string) NoPrivateAddresses = ("IdentityHub:Outbound:AllowPrivateAddresses", "false");

    // {0} is the port of a listener on both loopback addresses. What is no address is a name, and leads where Names says.
    private static readonly string[] Loopback =
    [
        "http://127.0.0.1:{0}/",
        "http://127.1:{0}/",
        "http://127.0.1:{0}/",
        "http://2130706433:{0}/",
        "http://0x7f000001:{0}/",
        "http://0x7f.1:{0}/",
        "http://0177.0.0.1:{0}/",
        "http://[::1]:{0}/", "http://[0:0:0:0:0:0:0:1]:{0}/", "http://[::ffff:127.0.0.1]:{0}/", "http://[::ffff:7f00:1]:{0}/",
        "http://localhost:{0}/",
        "http://LOCALHOST:{0}/",
        "http://a.loopback.test:{0}/",
        "http://six.loopback.test:{0}/",
        "http://mapped.loopback.test:{0}/",
        "http://both.loopback.test:{0}/",
    ];

    private static readonly string[] Private =
    [
        "http://127.255.255.254:{0}/",
        "http://10.0.0.1:{0}/",
        "http://10.255.255.255:{0}/",
        "http://167772161:{0}/",
        "http://0xa.0.0.1:{0}/",
        "http://012.0.0.1:{0}/",
        "http://172.16.0.1:{0}/",
        "http://172.31.255.255:{0}/",
        "http://192.168.0.1:{0}/",
        "http://192.168.1.1/admin",
        "http://100.64.0.1:{0}/",
        "http://100.127.255.254:{0}/",
        "http://[fc00::1]:{0}/", "http://[fd12:3456:789a::1]:{0}/", "http://[::ffff:10.0.0.1]:{0}/", "http://[::ffff:192.168.1.1]:{0}/",
        "http://[64:ff9b::7f00:1]:{0}/", "http://[64:ff9b::10.0.0.1]:{0}/", "http://[2002:7f00:1::]:{0}/", "http://[2002:c0a8:101::1]:{0}/",
        "https://10.0.0.1/", "https://private.test/", "http://mixed.test:{0}/", "https://last.test/",
    ];

    private static readonly string[] Forbidden =
    [
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "http://169.254.169.254:{0}/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::169.254.169.254]/",
        "http://[2002:a9fe:a9fe::]/",
        "http://[fd00:ec2::254]/latest/",
        "http://[fd20:ce::254]/",
        "http://100.100.100.200/latest/",
        "http://168.63.129.16/",
        "http://192.0.0.192/",
        "http://metadata.test/",
        "https://metadata.test/",
        "http://0.0.0.0:{0}/",
        "http://0:{0}/",
        "http://[::]:{0}/",
        "http://[::127.0.0.1]:{0}/",
        "http://[::ffff:0.0.0.0]:{0}/",
        "http://[fe80::1]:{0}/",
        "http://[fec0::1]:{0}/",
        "http://224.0.0.1:{0}/",
        "http://239.255.255.250:1900/",
        "http://[ff02::1]:{0}/",
        "http://255.255.255.255:{0}/",
        "http://240.0.0.1/",
        "http://192.0.2.1/",
        "http://198.18.0.1/",
        "http://198.51.100.7/",
        "http://203.0.113.9/",
        "http://[2001:db8::1]/",
        "http://[64:ff9b:1::1]/",
        "http://[100::1]/",
        "http://[2001::1]/",
        "http://also-metadata.test:{0}/",
    ];

    private static readonly Dictionary<string, string[]> Names = new(StringComparer.Ordinal)
    {
        ["localhost"] = ["127.0.0.1"],
        ["a.loopback.test"] = ["127.0.0.1"],
        ["six.loopback.test"] = ["::1"],
        ["mapped.loopback.test"] = ["::ffff:127.0.0.1"],
        ["both.loopback.test"] = ["::1", "127.0.0.1"],
        ["private.test"] = ["10.1.2.3"],
        ["mixed.test"] = ["127.0.0.1", "1.1.1.1"],
        ["last.test"] = ["1.1.1.1", "2606:4700:4700::1111", "fd00::1"],
        ["nothing.test"] = [],
        ["metadata.test"] = ["169.254.169.254"],
        ["also-metadata.test"] = ["127.0.0.1", "169.254.169.254"],
    };

    [Test]
    public async Task I6_Nothing_private_is_fetched_however_its_address_is_written_or_hidden_behind_a_name()
    {
        await using var trap = await BackChannel.StartAsync();
        await using var six = await BackChannel.StartAsync("[::1]");
        string[] targets =
        [
            .. Loopback.Select(url => string.Format(null, url, trap.Port)),
            .. Loopback.Select(url => string.Format(null, url, six.Port)),
            .. At(Private, trap),
            .. At(Forbidden, trap)
        ];
        Assert.That(targets, Has.Length.GreaterThan(60));

        var messages = await TryAllAsync(targets, NoPrivateAddresses);

        Assert.That(
            messages.Select((message, i) => $"{targets[i]} {message.LastError}"),
            Is.EqualTo(targets.Select(target => $"{target} address_refused")));
        Assert.That((trap.Received.Count, six.Received.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task I6_What_is_allowed_in_Development_is_this_machine_and_the_networks_around_it_but_no_metadata_service()
    {
        await using var four = await BackChannel.StartAsync();
        await using var six = await BackChannel.StartAsync("[::1]");
        var loopback = Loopback
            .Select(url =>
                string.Format(
                    null,
                    url,
                    url.Contains("[::1]", StringComparison.Ordinal)
                    || url.Contains(":0:1]", StringComparison.Ordinal)
                    || url.Contains("six", StringComparison.Ordinal)
                        ? six.Port
                        : four.Port))
            .ToList();
        string[] targets = [.. loopback, .. At(Forbidden, four)];

        var messages = await TryAllAsync(targets);

        Assert.That(
            messages.Select((message, i) => $"{targets[i]} {(message.DeliveredAt is null ? message.LastError : "delivered")}"),
            Is.EqualTo(targets.Select((target, i) => $"{target} {(i < loopback.Count ? "delivered" : "address_refused")}")));
        Assert.That(four.Received.Count + six.Received.Count, Is.EqualTo(loopback.Count));
    }

    [Test]
    public async Task I6_A_refused_address_is_tried_a_few_times_and_given_up()
    {
        await using var trap = await BackChannel.StartAsync();
        await using var hub = await StartAsync([trap.Address], Resolve, NoPrivateAddresses);
        await EndSessionAsync(hub, 1);

        var dead = (await hub.OutboxLaterAsync(message => message.DeadAt is not null)).Single();

        Assert.That((dead.LastError, dead.Attempts, trap.Received.Count), Is.EqualTo(("address_refused", 5, 0)));
    }

    [Test]
    public async Task I6_A_name_is_looked_up_once_and_the_connection_goes_where_that_look_up_led()
    {
        await using var first = await BackChannel.StartAsync();
        var lookUps = 0;

        // The second answer is what a rebinding name server gives to whoever asks again after the check.
        Task<IPAddress[]> Rebinding(string host, CancellationToken cancellationToken) =>
            Task.FromResult<IPAddress[]>([IPAddress.Parse(Interlocked.Increment(ref lookUps) == 1 ? "127.0.0.1" : "169.254.169.254")]);
        await using var hub = await StartAsync([$"http://rebinding.test:{first.Port}/"], Rebinding);

        await EndSessionAsync(hub, 1);
        var message = (await hub.OutboxAsync(message => message.DeliveredAt is not null || message.LastError is not null)).Single();

        Assert.That((message.LastError, first.Received.Count, lookUps), Is.EqualTo(((string?)null, 1, 1)));
        Assert.That(first.Received.Single().Headers["Host"], Is.EqualTo($"rebinding.test:{first.Port}"));
    }

    [Test]
    public async Task A_name_that_leads_nowhere_and_a_port_where_nobody_listens_are_tried_again()
    {
        int port;
        await using (var gone = await BackChannel.StartAsync())
            port = gone.Port;

        var messages = await TryAllAsync(["http://nowhere.test/", "http://nothing.test/", $"http://127.0.0.1:{port}/"]);

        Assert.That(messages.Select(message => message.LastError), Is.EqualTo(["host_not_found", "host_not_found", "connection_failed"]));
        Assert.That(messages.Select(message => message.DeadAt), Is.All.Null);
    }

    [TestCase(301)]
    [TestCase(302)]
    [TestCase(303)]
    [TestCase(307)]
    [TestCase(308)]
    public async Task I6_A_redirect_is_not_followed(int status)
    {
        await using var trap = await BackChannel.StartAsync();
        await using var redirecting = await BackChannel.StartAsync();
        redirecting.Answer = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = trap.Address + "/";
            http.Response.Headers["Refresh"] = "0;url=" + trap.Address;
            return http.Response.CompleteAsync();
        };

        var message = await TryAsync(redirecting);

        Assert.That((message.LastError, redirecting.Received.Count, trap.Received.Count), Is.EqualTo(($"status_{status}", 1, 0)));
    }

    [Test]
    public async Task I6_A_server_that_does_not_answer_is_left_after_five_seconds()
    {
        await using var slow = await BackChannel.StartAsync();
        var held = new TaskCompletionSource<TimeSpan>();
        slow.Answer = async http =>
        {
            var watch = Stopwatch.StartNew();
            await LeftAsync(http);
            held.TrySetResult(watch.Elapsed);
        };

        var message = await TryAsync(slow);

        Assert.That(message.LastError, Is.EqualTo("timeout"));
        Assert.That(await held.Task, Is.InRange(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task I6_A_body_that_does_not_end_is_cut()
    {
        using var endless = new TcpListener(IPAddress.Loopback, 0);
        endless.Start();
        var written = WriteForEverAsync(endless);

        var message = (await TryAllAsync([$"http://127.0.0.1:{((IPEndPoint)endless.LocalEndpoint).Port}/"])).Single();

        // What the sockets of both sides hold comes on top of the 64 KB.
        Assert.That(message.DeliveredAt, Is.Not.Null, "the status has said it");
        Assert.That(await written.WaitAsync(TimeSpan.FromSeconds(20)), Is.LessThan(32 * 1024 * 1024));
    }

    [Test]
    public async Task I6_A_body_that_drips_does_not_hold_the_deliverer()
    {
        await using var dripping = await BackChannel.StartAsync();
        var held = new TaskCompletionSource<TimeSpan>();
        dripping.Answer = async http =>
        {
            var watch = Stopwatch.StartNew();
            await http.Response.WriteAsync(".");
            await http.Response.Body.FlushAsync();
            await LeftAsync(http);
            held.TrySetResult(watch.Elapsed);
        };

        var message = await TryAsync(dripping);

        Assert.That(message.DeliveredAt, Is.Not.Null);
        Assert.That(await held.Task, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task I6_No_cookie_is_kept_and_nothing_is_unpacked()
    {
        await using var channel = await BackChannel.StartAsync();
        channel.Answer = http =>
        {
            http.Response.StatusCode = channel.Received.Count == 1 ? 503 : 200;
            http.Response.Headers.SetCookie = "tracking=1; Path=/";
            http.Response.Headers.ContentEncoding = "gzip";
            return http.Response.WriteAsync("this is no gzip");
        };
        await using var hub = await StartAsync([channel.Address], Resolve);
        await EndSessionAsync(hub, 1);

        await hub.OutboxLaterAsync(message => message.DeliveredAt is not null);

        Assert.That(
            channel.Received.Select(posted =>
                posted.Headers.Keys.Intersect(["Cookie", "Accept-Encoding", "traceparent"], StringComparer.OrdinalIgnoreCase)),
            Has.Exactly(2).Empty);
    }

    private static async Task<OutboxMessage> TryAsync(BackChannel channel) => (await TryAllAsync([channel.Address + "/"])).Single();

    // One client for each target; what became of the first try, in their order.
    private static async Task<List<OutboxMessage>> TryAllAsync(string[] targets, params (string, string)[] settings)
    {
        await using var hub = await StartAsync(targets, Resolve, settings);
        await EndSessionAsync(hub, targets.Length);
        return await hub.OutboxAsync(message => message.DeliveredAt is not null || message.LastError is not null);
    }

    private static async Task<Hub> StartAsync(string[] targets, ResolveHost resolve, params (string, string)[] settings) =>
        await Hub.StartAsync(
            Logouts.Config([
                Logouts.Client("web"),
                .. targets.Select((target, i) => Logouts.Client($"c{i:000}", $"backchannel_logout_uri: \"{target}\""))
            ]),
            DatabaseKind.Sqlite, services => services.AddSingleton(resolve), settings);

    // The messages are written in the order of the client ids.
    private static async Task EndSessionAsync(Hub hub, int clients)
    {
        var browser = new Browser(hub.Client);
        var tokens = await hub.Client.SignInAsync(browser, "web");
        await using (var context = hub.NewContext())
        {
            var session = await context.Sessions.SingleAsync();
            context.AddRange(
                Enumerable
                    .Range(0, clients)
                    .Select(i => new SessionClient
                    {
                        SessionId = session.Id,
                        ClientId = $"c{i:000}",
                        CreatedAt = session.CreatedAt,
                    }));
            await context.SaveChangesAsync();
        }

        await browser.LogOutAsync(tokens["id_token"]);
    }

    private static Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken) =>
        Names.TryGetValue(host.ToLowerInvariant(), out var addresses)
            ? Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)])
            : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));

    private static IEnumerable<string> At(IEnumerable<string> urls, BackChannel trap) =>
        urls.Select(url => string.Format(null, url, trap.Port));

    // Bytes that the other side took before it went away.
    private static async Task<long> WriteForEverAsync(TcpListener listener)
    {
        using var socket = await listener.AcceptTcpClientAsync();
        await using var stream = socket.GetStream();
        var (chunk, count) = (new byte[16 * 1024], 0L);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"u8.ToArray());
        try
        {
            for (; ; count += chunk.Length)
                await stream.WriteAsync(chunk);
        }
        catch (IOException)
        {
            return count;
        }
    }

    private static async Task LeftAsync(HttpContext http)
    {
        var left = new TaskCompletionSource();
        await using var registration = http.RequestAborted.Register(left.SetResult);
        await left.Task;
    }
}
