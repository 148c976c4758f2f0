using IdentityHub.ConfigAsCode;

namespace IdentityHub.Server.Clients;

/// <summary>What the configuration files of a Development server said when it last applied them.</summary>
internal sealed class AppliedFiles
{
    private volatile ConfigDocument? _document;

    /// <summary>
    /// All of the files, with the users, which the registry leaves out. Null before anything was applied, and outside Development.
    /// </summary>
    public ConfigDocument? Document
    {
        get => _document;
        set => _document = value;
    }
}
