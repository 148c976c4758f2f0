using System.Diagnostics;

namespace IdentityHub.Chaos.Faults;

/// <summary>
/// The outbox lies on a small file system (tmpfs), which is full. What has a message to send cannot be done; the rest goes on.
/// </summary>
internal sealed class DiskFull : IFault
{
    private const string Script =
        """
        set -e
        mkdir -p "$1"
        mount -t tmpfs -o size=16m,mode=0777 tmpfs "$1"
        mkdir "$1/data"
        chown "$(stat -c %U "$2")" "$1/data"
        chmod 700 "$1/data"
        """;

    public string Name => "disk-full";

    public string? Missing => Environment.IsPrivilegedProcess ? null : "a file system can be mounted by root only";

    public async Task HappenAsync(Cluster cluster, TimeSpan time)
    {
        var folder = Path.Combine(cluster.Postgres.Folder, "small");
        await RunAsync("bash", "-c", Script, "mount", folder, Path.Combine(cluster.Postgres.Folder, "data"));
        try
        {
            await cluster.ExecuteAsync($"CREATE TABLESPACE small LOCATION '{folder}/data'");
            await cluster.ExecuteAsync("ALTER TABLE outbox_messages SET TABLESPACE small");
            await RunAsync("bash", "-c", """dd if=/dev/zero of="$1/fill" bs=64k 2>/dev/null || true""", "fill", folder);
            await Task.Delay(time);
            File.Delete(Path.Combine(folder, "fill"));
            await cluster.ExecuteAsync("ALTER TABLE outbox_messages SET TABLESPACE pg_default");
            await cluster.ExecuteAsync("DROP TABLESPACE small");
        }
        finally
        {
            await RunAsync("umount", "--lazy", folder);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program}: {errors}");
    }
}
