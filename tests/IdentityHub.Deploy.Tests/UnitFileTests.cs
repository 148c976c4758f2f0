using System.Globalization;
using System.Text.RegularExpressions;
using IdentityHub.Deploy.Tests.Support;
using NUnit.Framework;

namespace IdentityHub.Deploy.Tests;

/// <summary>The systemd units: read without a fault, and hardened.</summary>
public partial class UnitFileTests
{
    private const double MostExposure = 3.0;

    [Test]
    public async Task The_service_is_hardened()
    {
        var (_, output) = await Tool.RunAsync(
            "systemd-analyze", "security", "--offline=true", "--no-pager", Tool.Deploy("systemd/identityhub.service"));

        var exposure = Exposure().Match(output);
        Assert.That(exposure.Success, Is.True, output);
        Assert.That(double.Parse(exposure.Groups[1].Value, CultureInfo.InvariantCulture), Is.AtMost(MostExposure), output);
    }

    // 'verify' looks for the programs that a unit starts: they are on a machine where the package is installed.
    [Test]
    public async Task Every_key_of_the_units_is_known()
    {
        var folder = Directory.CreateTempSubdirectory("hub-units-").FullName;
        try
        {
            foreach (var name in new[] { "identityhub.service", "identityhub.socket" })
            {
                var text = await File.ReadAllTextAsync(Tool.Deploy($"systemd/{name}"));
                await File.WriteAllTextAsync(
                    Path.Combine(folder, name), text.Replace("/usr/bin/dotnet", "/bin/true", StringComparison.Ordinal));
            }

            var (_, output) = await Tool.RunAsync(
                "systemd-analyze", "verify", "--man=no", Path.Combine(folder, "identityhub.service"),
                Path.Combine(folder, "identityhub.socket"));

            Assert.That(output.Split('\n').Where(line => line.Contains("identityhub", StringComparison.Ordinal)), Is.Empty, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"Overall exposure level for \S+: ([0-9.]+)")]
    private static partial Regex Exposure();
}
