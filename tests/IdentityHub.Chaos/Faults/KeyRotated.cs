using System.Diagnostics;

namespace IdentityHub.Chaos.Faults;

/// <summary>
/// New signing keys, which sign as soon as every node has read them: 90 seconds, or the time where it is longer. ASSURANCE F6.
/// </summary>
internal sealed class KeyRotated(bool waitsForKeys) : IFault
{
    private static readonly TimeSpan Announcement = TimeSpan.FromSeconds(95);

    public string Name => "keys-rotated";

    public async Task HappenAsync(Cluster cluster, TimeSpan time)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hub.dll"), "keys", "rotate", "--now"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ConnectionStrings__IdentityHub"] = cluster.Postgres.ConnectionString;
        start.Environment["IdentityHub__KeyProtection__KeyFile"] = cluster.KeyFile;
        using var hub = Process.Start(start)!;
        var output = hub.StandardOutput.ReadToEndAsync();
        var errors = await hub.StandardError.ReadToEndAsync();
        await output;
        await hub.WaitForExitAsync();
        if (hub.ExitCode != 0)
            throw new InvalidOperationException($"hub keys rotate: {errors}");
        await Task.Delay(waitsForKeys && Announcement > time ? Announcement : time);
    }
}
