using System.Security.Cryptography;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdentityHub.Server.Background.Service;

/// <summary>
/// The certificates that <c>Kestrel:Certificates:Default</c> and <c>Kestrel:Endpoints:NAME:Certificate</c> name as files. They are read
/// again when that is asked for, and take effect for connections that follow: no listener is closed and no connection ends. A certificate
/// that cannot be used changes nothing.
/// </summary>
internal sealed class ServerCertificates
{
    private const string Section = "Kestrel";
    private readonly IConfigurationSection _kestrel;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Dictionary<string, CertificateFile> _files = [];

    public ServerCertificates(IConfiguration configuration, TimeProvider time, ILogger<ServerCertificates> log)
    {
        (_kestrel, _time, _log) = (configuration.GetSection(Section), time, log);
        Add("default", _kestrel.GetSection("Certificates:Default"));
        foreach (var endpoint in _kestrel.GetSection("Endpoints").GetChildren())
            Add(endpoint.Key, endpoint.GetSection("Certificate"));
    }

    /// <summary>When each certificate ends.</summary>
    public IEnumerable<(string Name, DateTimeOffset NotAfter)> Ends() =>
        from file in _files
        where file.Value.Current is not null
        select (file.Key, new DateTimeOffset(file.Value.Current!.TargetCertificate.NotAfter.ToUniversalTime()));

    /// <summary>
    /// Has the web server ask here which certificate it shows. The framework's own way to follow a changed file closes the listener.
    /// </summary>
    public void Use(KestrelServerOptions kestrel)
    {
        if (_files.Count == 0)
            return;
        var loader = kestrel.Configure(_kestrel, reloadOnChange: false);
        if (_files.TryGetValue("default", out var common))
            kestrel.ConfigureHttpsDefaults(https => https.OnAuthenticate = (_, tls) => common.Show(tls));
        foreach (var endpoint in _kestrel.GetSection("Endpoints").GetChildren())
        {
            loader.Endpoint(endpoint.Key, options =>
            {
                if (_files.TryGetValue(endpoint.Key, out var own))
                    options.HttpsOptions.OnAuthenticate = (_, tls) => own.Show(tls);
                else if (HasOther(endpoint))
                    options.HttpsOptions.OnAuthenticate = null;
            });
        }
    }

    /// <summary>Reads the files again.</summary>
    /// <param name="onlyChanged">True: says nothing of files that are as they were when they were last read.</param>
    /// <returns>False where one cannot be used; the log says which and why.</returns>
    public bool Reload(bool onlyChanged)
    {
        var areGood = true;
        foreach (var (name, file) in _files)
        {
            try
            {
                if (!file.TryRead(_time.GetUtcNow(), onlyChanged))
                    continue;
                var certificate = file.Current!.TargetCertificate;
                Log.CertificateInUse(_log, name, certificate.Subject, certificate.NotAfter.ToUniversalTime(), file.Path);
            }
            catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException
                or InvalidDataException or ArgumentException)
            {
                areGood = false;
                if (file.Current is null)
                    Log.CertificateRefusedAtStart(_log, name, file.Path, failure.Message);
                else
                    Log.CertificateRefused(_log, name, file.Path, failure.Message);
            }
        }

        return areGood;
    }

    // From a store, or one for each name: the framework reads those once.
    private static bool HasOther(IConfigurationSection endpoint) =>
        endpoint.GetSection("Sni").GetChildren().Any() || endpoint.GetSection("Certificate").GetChildren().Any();

    private void Add(string name, IConfigurationSection certificate)
    {
        if (!string.IsNullOrEmpty(certificate["Path"]))
            _files[name] = new CertificateFile(certificate);
    }
}
