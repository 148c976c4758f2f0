using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Settings;

/// <summary>A database that cannot be used is told of in words that say what to change.</summary>
public class UnusableDatabaseTests
{
    private readonly HubShell _hub = new();

    [TearDown]
    public void RemoveFolder() => _hub.Dispose();

    [Test]
    public async Task A_host_that_no_name_server_knows_is_named()
    {
        var result = await _hub.With("ConnectionStrings__IdentityHub", "Host=no-such-host.invalid;Database=hub;Username=hub")
            .RunAsync("db", "status");

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(
            result.Error,
            Does.Match("The PostgreSQL database 'hub' on 'no-such-host.invalid' cannot be used: .*the host 'no-such-host.invalid'"));
    }

    [Test, Platform(Exclude = "Win")]
    public async Task A_SQLite_file_in_a_folder_that_cannot_be_written_says_so()
    {
        _hub.With("ConnectionStrings__IdentityHub", "Data Source=data/hub.db");
        Assert.That((await _hub.RunAsync("db", "migrate")).ExitCode, Is.Zero);
        var folder = Path.Combine(_hub.Folder, "data");
        var (mode, readOnly) = (UnixFileMode.UserRead | UnixFileMode.UserExecute, Path.Combine(folder, "hub.db"));
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(readOnly, UnixFileMode.UserRead);
        File.SetUnixFileMode(folder, mode);
        try
        {
            var result = await _hub.RunBoundByRightsAsync("db", "status");

            Assert.That(result.ExitCode, Is.EqualTo(1), result.Output);
            Assert.That(
                result.Error, Does.Contain($"must be allowed to write to '{readOnly}' and to its folder").And.Not.Contain("   at "));
        }
        finally
        {
            File.SetUnixFileMode(folder, mode | UnixFileMode.UserWrite);
        }
    }
}
