using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using IdentityHub.Testing;

namespace IdentityHub.Deploy.Tests.Support;

/// <summary>A reverse proxy of the machine with the configuration that is shipped; only ports and files are others.</summary>
internal sealed class Proxy : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-proxy-").FullName;
    private readonly int _port = HubProcess.FreePort();
    private readonly int _plainPort = HubProcess.FreePort();
    private readonly string _thumbprint;
    private Process? _process;

    private Proxy()
    {
        using var certificate = Certificates.CreateSelfSigned("id.example.com");
        _thumbprint = certificate.GetCertHashString();
        var key = certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
        File.WriteAllText(PathOf("tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf("tls.key"), key);
        File.WriteAllText(PathOf("tls.pem"), certificate.ExportCertificatePem() + Environment.NewLine + key);
    }

    /// <summary>Starts <c>nginx</c> or <c>haproxy</c> before these nodes.</summary>
    public static async Task<Proxy> StartAsync(string name, IReadOnlyList<HubProcess> nodes)
    {
        var proxy = new Proxy();
        var ports = nodes.Select(node => node.Client.BaseAddress!.Port).ToArray();
        if (name == "nginx")
            proxy.Run("/usr/sbin/nginx", "-p", proxy._folder, "-c", proxy.WriteNginx(ports), "-e", proxy.PathOf("error.log"));
        else
            proxy.Run("/usr/sbin/haproxy", "-db", "-f", proxy.WriteHaProxy(ports));
        using var client = proxy.Client();
        await Eventually.TrueAsync(() => IsUpAsync(client), TimeSpan.FromSeconds(30), $"{name} answers");
        return proxy;
    }

    /// <summary>A client that reaches the proxy as <c>https://id.example.com</c>.</summary>
    /// <param name="from">The loopback address that it comes from.</param>
    public HttpClient Client(string from = "127.0.0.1")
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(from, context.DnsEndPoint.Port, cancellationToken),
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _thumbprint,
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri(ProductionNodes.Issuer) };
    }

    public ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<bool> IsUpAsync(HttpClient client)
    {
        try
        {
            return (await client.GetAnswerAsync("/health/live")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async ValueTask<Stream> ConnectAsync(string from, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port == 443 ? _port : _plainPort, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    // The shipped file is one of conf.d/: what is around it belongs to the machine.
    private string WriteNginx(int[] ports)
    {
        var text = Replace(
            File.ReadAllText(Tool.Deploy("nginx/identityhub.conf")),
            ("127.0.0.1:5000", $"127.0.0.1:{ports[0]}"), ("127.0.0.1:5001", $"127.0.0.1:{ports[1]}"),
            ("listen 443 ", $"listen 127.0.0.1:{_port} "), ("listen 80;", $"listen 127.0.0.1:{_plainPort};"),
            ("/etc/ssl/identityhub/", _folder + "/"));
        File.WriteAllText(PathOf("identityhub.conf"), text);
        File.WriteAllText(
            PathOf("nginx.conf"),
            $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes 1;
            pid {{_folder}}/nginx.pid;
            events { worker_connections 512; }
            http {
                client_body_temp_path {{_folder}}/body;
                proxy_temp_path {{_folder}}/proxy;
                fastcgi_temp_path {{_folder}}/fastcgi;
                uwsgi_temp_path {{_folder}}/uwsgi;
                scgi_temp_path {{_folder}}/scgi;
                include {{_folder}}/identityhub.conf;
            }
            """);
        return PathOf("nginx.conf");
    }

    private string WriteHaProxy(int[] ports)
    {
        var text = Replace(
            File.ReadAllText(Tool.Deploy("haproxy/haproxy.cfg")),
            ("127.0.0.1:5000", $"127.0.0.1:{ports[0]}"), ("127.0.0.1:5001", $"127.0.0.1:{ports[1]}"),
            ("bind :443 ", $"bind 127.0.0.1:{_port} "), ("bind :80", $"bind 127.0.0.1:{_plainPort}"),
            ("/etc/haproxy/identityhub.pem", PathOf("tls.pem")));
        File.WriteAllText(PathOf("haproxy.cfg"), text);
        return PathOf("haproxy.cfg");
    }

    private static string Replace(string text, params (string Old, string New)[] pairs)
    {
        foreach (var (old, @new) in pairs)
        {
            if (!text.Contains(old, StringComparison.Ordinal))
                throw new InvalidOperationException($"The shipped configuration has no '{old}' any more.");
            text = text.Replace(old, @new, StringComparison.Ordinal);
        }

        return text;
    }

    private void Run(string program, params string[] arguments) => _process = Process.Start(new ProcessStartInfo(program, arguments));
}
