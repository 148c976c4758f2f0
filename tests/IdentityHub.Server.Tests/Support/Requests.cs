using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Many requests at the same time.</summary>
internal static class Requests
{
    /// <summary>Makes <paramref name="count"/> requests at once, by turns at each of the nodes.</summary>
    public static Task<Answer[]> AtOnceAsync(int count, IReadOnlyList<HttpClient> nodes, Func<HttpClient, int, Task<Answer>> request) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => request(nodes[i % nodes.Count], i))));
}
