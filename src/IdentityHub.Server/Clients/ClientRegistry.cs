namespace IdentityHub.Server.Clients;

/// <summary>The configuration that is in force on this node: one reference, swapped when a new generation was applied.</summary>
internal sealed class ClientRegistry
{
    private volatile RegistrySnapshot _current = RegistrySnapshot.Empty;

    /// <summary>
    /// Read it once per request: two reads may see two generations. What follows from a client is read from <see cref="Client.Registry"/>.
    /// </summary>
    public RegistrySnapshot Current
    {
        get => _current;
        set => _current = value;
    }
}
