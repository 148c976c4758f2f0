using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>The requests of these tests, against whichever node they are sent to.</summary>
internal static class Requests
{
    public static Task<Answer> LoginAsync(
        this HttpClient node, string user = SharedConfig.Alice, string password = SharedConfig.Password, string clientId = SharedConfig.App) =>
        node.TokenAsync(("grant_type", "password"), ("client_id", clientId), ("username", user), ("password", password));

    public static Task<Answer> RefreshAsync(this HttpClient node, string refreshToken, string clientId = SharedConfig.App) =>
        node.TokenAsync(("grant_type", "refresh_token"), ("client_id", clientId), ("refresh_token", refreshToken));

    public static Task<Answer> MachineAsync(this HttpClient node, string secret = SharedConfig.MachineSecret, string clientId = SharedConfig.Machine) =>
        node.TokenAsync(("grant_type", "client_credentials"), ("client_id", clientId), ("client_secret", secret));

    /// <summary>Asks as the API what it learns about an access token.</summary>
    public static Task<Answer> IntrospectAsync(this HttpClient node, string accessToken) =>
        node.PostFormAsync("/connect/introspect", ("token", accessToken), ("client_id", SharedConfig.Orders), ("client_secret", SharedConfig.OrdersSecret));

    public static Task<Answer> UserInfoAsync(this HttpClient node, string accessToken) => node.GetAnswerAsync("/connect/userinfo", accessToken);

    public static Task<Answer> RevokeAsync(this HttpClient node, string token, string clientId = SharedConfig.App) =>
        node.PostFormAsync("/connect/revocation", ("token", token), ("client_id", clientId));

    /// <summary>Makes <paramref name="count"/> requests at once, by turns at each of the nodes.</summary>
    public static Task<Answer[]> AtOnceAsync(int count, IReadOnlyList<HttpClient> nodes, Func<HttpClient, int, Task<Answer>> request) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => request(nodes[i % nodes.Count], i))));
}
