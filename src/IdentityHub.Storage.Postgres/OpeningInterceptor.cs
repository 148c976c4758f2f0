using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace IdentityHub.Storage.Postgres;

/// <summary>Puts the connections that Entity Framework Core opens under the <see cref="OpeningLimit"/> of the node.</summary>
internal sealed class OpeningInterceptor(OpeningLimit limit) : DbConnectionInterceptor
{
    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await limit.EnterAsync(cancellationToken);
        return result;
    }

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        limit.Leave();
        return Task.CompletedTask;
    }

    public override Task ConnectionFailedAsync(DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        limit.Leave();
        return Task.CompletedTask;
    }

    public override Task ConnectionCanceledAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        limit.Leave();
        return Task.CompletedTask;
    }

    public override Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
    {
        limit.GiveBack();
        return Task.CompletedTask;
    }
}
