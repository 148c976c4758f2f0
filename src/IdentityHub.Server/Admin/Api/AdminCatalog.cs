namespace IdentityHub.Server.Admin.Api;

/// <summary>Every operation that is mapped, for those who call it in this process. Complete once the server has started.</summary>
internal sealed class AdminCatalog
{
    private readonly Dictionary<string, AdminOperation> _operations = new(StringComparer.Ordinal);

    /// <summary>The operation with this id; that there is none is a bug.</summary>
    public AdminOperation this[string id] => _operations[id];

    /// <summary>Adds one that is being mapped.</summary>
    public void Add(AdminOperation operation) => _operations.Add(operation.Id, operation);
}
