using DotNet.Testcontainers.Builders;
using Testcontainers.PostgreSql;

namespace IdentityHub.Testing;

/// <summary>
/// PostgreSQL in a container, for a machine that has a container engine and no PostgreSQL; removed when the process has ended.
/// </summary>
internal static class PostgresContainer
{
    /// <summary>Image and tag.</summary>
    public const string Image = "postgres:17.6";

    /// <returns>Its connection string; null where no container engine answers.</returns>
    /// <exception cref="Exception">An engine answers and the container does not start, e.g. because the image cannot be
    /// fetched.</exception>
    public static string? Start()
    {
        try
        {
            // Fast and unsafe, as postgres.sh starts it.
            var container = new PostgreSqlBuilder(Image)
                .WithUsername("hub").WithDatabase("postgres")
                .WithEnvironment("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C")
                .WithCommand(
                    "-c", "max_connections=600", "-c", "shared_buffers=128MB", "-c", "autovacuum=off", "-c", "checkpoint_timeout=1h",
                    "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
                .Build();
            container.StartAsync().GetAwaiter().GetResult();
            return container.GetConnectionString();
        }
        catch (DockerUnavailableException)
        {
            return null;
        }
    }
}
