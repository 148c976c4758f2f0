using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Messaging;

/// <summary>Finds the addresses of a host name. The system's resolver, unless a test has another.</summary>
public delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancellationToken);

/// <summary>What a call brought.</summary>
/// <param name="Status">HTTP status code; 0 when there was no answer.</param>
/// <param name="Body">At most <see cref="OutboundHttp.MaxBodyLength"/> bytes of it.</param>
/// <param name="Failure">Why there was no answer: a stable code; null when there was one.</param>
internal sealed record OutboundAnswer(int Status, ReadOnlyMemory<byte> Body, string? Failure);

/// <summary>
/// The one client that calls addresses which were registered by others. Where a name leads is checked when the connection is made, and the
/// connection goes to a checked address: a name that leads elsewhere a moment later gains nothing. No redirect is followed, no proxy
/// asked, no cookie kept, nothing unpacked, and all of it takes at most <see cref="Timeout"/>. ASSURANCE I6.
/// </summary>
internal sealed class OutboundHttp : IDisposable
{
    /// <summary>From looking up the name to the last byte.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>What is longer is cut, and its connection closed.</summary>
    public const int MaxBodyLength = 64 * 1024;

    /// <summary><see cref="OutboundAnswer.Failure"/> where a name leads to an address that may not be called.</summary>
    public const string AddressRefused = Reasons.AddressRefused;

    // One address that does not answer must not use up the time of the next.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeProvider Clock = TimeProvider.System;

    private readonly ResolveHost _resolve;
    private readonly bool _allowPrivate;
    private readonly HttpClient _http;

    public OutboundHttp(ResolveHost resolve, IOptions<HubSettings> settings)
    {
        _resolve = resolve;
        _allowPrivate = settings.Value.Outbound.AllowPrivateAddresses == true;
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = ConnectAsync,
                ConnectTimeout = Timeout,
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
                MaxConnectionsPerServer = 8,
                MaxResponseDrainSize = 0,
                MaxResponseHeadersLength = 16,
                PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Posts a form. Never throws but for cancellation.</summary>
    /// <param name="uri">As it is registered.</param>
    public async Task<OutboundAnswer> PostFormAsync(
        string uri, IReadOnlyList<KeyValuePair<string, string>> form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new FormUrlEncodedContent(form) };
        return await SendAsync(request, cancellationToken);
    }

    /// <summary>Sends a request. Never throws but for cancellation.</summary>
    public async Task<OutboundAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Timeout, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new OutboundAnswer((int)response.StatusCode, await ReadBodyAsync(response, either.Token), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new OutboundAnswer(0, default, Reasons.Timeout);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new OutboundAnswer(0, default, CodeOf(failure));
        }
    }

    public void Dispose() => _http.Dispose();

    // The status has said what there is to say: a body that does not end, or breaks off, changes nothing about it.
    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = new byte[MaxBodyLength];
        var length = 0;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            return default;
        }

        return body.AsMemory(0, length);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await _resolve(host, cancellationToken);
        if (!Array.TrueForAll(addresses, IsAllowed))
            throw new RefusedAddressException();

        Exception? last = null;
        foreach (var address in addresses)
        {
            try
            {
                var target = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
                return await ConnectAsync(new IPEndPoint(target, port), cancellationToken);
            }
            catch (Exception failure)
                when (failure is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                last = failure;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ConnectTimeout, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(IPAddress address) => NetworkAddresses.ScopeOf(address) switch
    {
        AddressScope.Public => true,
        AddressScope.Private => _allowPrivate,
        _ => false,
    };

    private static string CodeOf(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case RefusedAddressException:
                    return AddressRefused;
                case AuthenticationException:
                    return Reasons.TlsFailed;
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                    return Reasons.HostNotFound;
                case OperationCanceledException:
                    return Reasons.Timeout;
            }
        }

        return Reasons.ConnectionFailed;
    }

    private sealed class RefusedAddressException() : IOException("The name leads to an address that may not be called.");
}
