using IdentityHub.Server.Limits;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdentityHub.Server.Tests.Support;

internal static class AnonymousRows
{
    private const int Most = 1000;

    /// <summary>Uses up what the address of the tests may have made without authentication.</summary>
    public static async Task ExhaustAnonymousRowsAsync(this Hub hub)
    {
        var limit = hub.Services.GetRequiredService<AnonymousRowLimit>();
        for (var i = 0; i < Most; i++)
        {
            if (await limit.CountAsync(hub.NewRequestContext(), CancellationToken.None) is not null)
                throw new InvalidOperationException($"Row {i + 1} was refused.");
        }
    }
}
