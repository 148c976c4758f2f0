using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace IdentityHub.Storage.Postgres;

/// <summary>Puts the connections that Entity Framework Core opens under the <see cref="OpeningLimit"/> of the node.</summary>
internal sealed class OpeningInterceptor(OpeningLimit limit) : DbConnectionInterceptor
{
    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await limit.OpenAsync(connection, cancellationToken);
        return InterceptionResult.Suppress();
    }

    public override Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
    {
        limit.GiveBack();
        return Task.CompletedTask;
    }
}
