using System.Globalization;

namespace IdentityHub.Server.Health;

/// <summary>
/// <c>IdentityHub.Server --probe [URL]</c>: asks a running server whether it is ready, for containers that have no curl. Without a URL it
/// asks on this machine, at the port that <c>ASPNETCORE_HTTP_PORTS</c> or <c>ASPNETCORE_URLS</c> names.
/// </summary>
internal static class Probe
{
    private const string Argument = "--probe";
    private const int NotReady = 1;
    private const int WrongArgument = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <returns>The exit code: 0 ready, 1 not ready, 2 for an argument that is no address; null where no probe is asked for.</returns>
    public static async Task<int?> RunAsync(string[] args, Func<string, string?> environment, TextWriter output)
    {
        if (args is not [Argument, ..])
            return null;
        if (args.Length > 2 || AddressOf(args.ElementAtOrDefault(1), environment) is not { } address)
        {
            await output.WriteLineAsync($"{Argument} takes one http address: {Argument} http://127.0.0.1:8080/health/ready");
            return WrongArgument;
        }

        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(address);
            await output.WriteLineAsync($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            return answer.IsSuccessStatusCode ? 0 : NotReady;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            await output.WriteLineAsync($"{address} does not answer: {failure.Message}");
            return NotReady;
        }
    }

    private static Uri? AddressOf(string? given, Func<string, string?> environment)
    {
        if (given is not null)
            return Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;
        return PortOf(environment) is { } port ? new Uri($"http://127.0.0.1:{port}/health/ready") : null;
    }

    // The first one over http: what is between here and there needs no certificate.
    private static int? PortOf(Func<string, string?> environment)
    {
        const StringSplitOptions Parts = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var urls = (environment("ASPNETCORE_URLS") ?? "").Split(';', Parts);
        var ports = (environment("ASPNETCORE_HTTP_PORTS") ?? "").Split(';', Parts);
        if (Array.Find(urls, url => url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            try
            {
                return BindingAddress.Parse(found).Port;
            }
            catch (FormatException)
            {
                return null;
            }
        }

        return ports.Length > 0 && int.TryParse(ports[0], CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
            ? port
            : null;
    }
}
