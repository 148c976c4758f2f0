using Microsoft.EntityFrameworkCore.Design;

namespace IdentityHub.Storage.Postgres;

/// <summary>How the migration tool makes a context; it reads the model and connects to nothing.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<HubDbContext>
{
    public HubDbContext CreateDbContext(string[] args) =>
        new(HubDbContext.OptionsWithoutHost(PostgresDatabase.Open("Host=localhost;Database=identityhub", looksForPooler: false)));
}
