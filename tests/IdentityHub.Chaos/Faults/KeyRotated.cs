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
        await CommandLine.RunAsync(cluster, "keys", "rotate", "--now");
        await Task.Delay(waitsForKeys && Announcement > time ? Announcement : time);
    }
}
