using IdentityHub.ConfigAsCode;

namespace IdentityHub.Server.Clients;

/// <summary>The configuration that is in force on this node: one reference, swapped when a new generation was applied.</summary>
internal sealed class ClientRegistry
{
    private volatile RegistrySnapshot _current = new(new ConfigDocument(), "");

    /// <summary>Read it once per request: two reads may see two generations.</summary>
    public RegistrySnapshot Current
    {
        get => _current;
        set => _current = value;
    }
}
