using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>Users of a Kubernetes cluster log in with the hub.</summary>
public class KubernetesTests(DatabaseKind kind) : ScriptFixture(kind)
{
    private const string Library = "kubernetes";

    [Test, Spec("OpenID Connect Core", "2")]
    public Task An_id_token_is_what_the_API_server_asks_for_by_its_documentation() => RunAsync(Library, "id-token");

    /// <summary>The program itself, where it is installed.</summary>
    [Test, Spec("OpenID Connect Core", "12.2")]
    public async Task Kubectl_refreshes_its_id_token_and_the_API_server_knows_the_user()
    {
        if (!IsInstalled())
            Assert.Ignore("kubectl is not installed.");
        using var certificate = Certificates.CreateSelfSigned();
        var folder = Directory.CreateTempSubdirectory("hub-kubectl-");
        try
        {
            var (key, cert) = (Path.Combine(folder.FullName, "key.pem"), Path.Combine(folder.FullName, "cert.pem"));
            await File.WriteAllTextAsync(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            await File.WriteAllTextAsync(cert, certificate.ExportCertificatePem());
            await RunAsync(Library, "kubectl", key, cert);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool IsInstalled()
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("kubectl", ["version", "--client"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
