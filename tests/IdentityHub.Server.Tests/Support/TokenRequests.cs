using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Requests of clients whose secret is their id and <c>-secret</c>.</summary>
internal static class TokenRequests
{
    public const string AlicePassword = "Alice-Pass-1234";

    /// <summary>The client credentials grant.</summary>
    public static Task<Answer> MachineAsync(this HttpClient client, string clientId, string? scope = null) =>
        client.GrantAsync("client_credentials", clientId, ("scope", scope));

    /// <summary>The password grant.</summary>
    public static Task<Answer> LoginAsync(this HttpClient client, string clientId, string userName = "alice", string password = AlicePassword, string? scope = null) =>
        client.GrantAsync("password", clientId, ("username", userName), ("password", password), ("scope", scope));

    /// <summary>The refresh token grant.</summary>
    public static Task<Answer> RefreshAsync(this HttpClient client, string clientId, string? refreshToken, string? scope = null) =>
        client.GrantAsync("refresh_token", clientId, ("refresh_token", refreshToken), ("scope", scope));

    public static Task<Answer> IntrospectAsync(this HttpClient client, string callerId, string? token) =>
        client.PostFormAsync("/connect/introspect", [.. Credentials(callerId), ("token", token ?? "")]);

    public static Task<Answer> RevokeAsync(this HttpClient client, string clientId, string? token) =>
        client.PostFormAsync("/connect/revocation", [.. Credentials(clientId), ("token", token ?? "")]);

    /// <summary>True when the client's own introspection says that the token is alive.</summary>
    public static async Task<bool> IsActiveAsync(this HttpClient client, string clientId, string? token) =>
        (await client.IntrospectAsync(clientId, token))["active"] == "true";

    private static Task<Answer> GrantAsync(this HttpClient client, string grantType, string clientId, params (string Name, string? Value)[] parameters) =>
        client.TokenAsync([
            ("grant_type", grantType), .. Credentials(clientId),
            .. parameters.Where(parameter => parameter.Value is not null).Select(parameter => (parameter.Name, parameter.Value!))]);

    private static (string Name, string Value)[] Credentials(string clientId) => [("client_id", clientId), ("client_secret", $"{clientId}-secret")];
}
