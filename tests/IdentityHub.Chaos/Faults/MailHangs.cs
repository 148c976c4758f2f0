namespace IdentityHub.Chaos.Faults;

/// <summary>The mail server accepts connections and says nothing. ASSURANCE F8.</summary>
internal sealed class MailHangs : IFault
{
    public string Name => "mail-hangs";

    public async Task HappenAsync(Cluster cluster, TimeSpan time)
    {
        cluster.Mail.Hangs = true;
        await Task.Delay(time);
        cluster.Mail.Hangs = false;
    }
}
