using IdentityHub.Storage;

namespace IdentityHub.Testing;

/// <summary>EF Core contexts for what a test arranges or looks at.</summary>
public static class Contexts
{
    public static HubDbContext NewContext(this HubDatabase database) => new(HubDbContext.OptionsWithoutHost(database));

    /// <summary>On a database that is opened for it; closed together with <paramref name="database"/>.</summary>
    public static HubDbContext NewContext(this TestDatabase database) => database.Open().NewContext();
}
