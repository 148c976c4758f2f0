namespace IdentityHub.Testing;

/// <summary>The requests of clients at the token endpoint, and about tokens; in one way for all tests.</summary>
public static class TokenRequests
{
    /// <summary>The password of <c>alice</c> in most configurations of tests.</summary>
    public const string AlicePassword = "Alice-Pass-1234";

    /// <summary>The client credentials grant.</summary>
    /// <param name="from">What a proxy writes into <c>X-Forwarded-For</c>; null for no proxy.</param>
    public static Task<Answer> MachineAsync(this HttpClient client, TestClient by, string? scope = null, string? from = null) =>
        client.GrantAsync("client_credentials", by, from, ("scope", scope));

    /// <summary>The password grant.</summary>
    /// <param name="from">What a proxy writes into <c>X-Forwarded-For</c>; null for no proxy.</param>
    public static Task<Answer> LoginAsync(
        this HttpClient client,
        TestClient by,
        string userName = "alice",
        string password = AlicePassword,
        string? scope = null,
        string? from = null,
        params IEnumerable<(string Name, string? Value)> more) =>
        client.GrantAsync("password", by, from, [("username", userName), ("password", password), ("scope", scope), .. more]);

    /// <summary>The refresh token grant.</summary>
    public static Task<Answer> RefreshAsync(
        this HttpClient client,
        TestClient by,
        string? refreshToken,
        string? scope = null,
        params IEnumerable<(string Name, string? Value)> more) =>
        client.GrantAsync("refresh_token", by, null, [("refresh_token", refreshToken), ("scope", scope), .. more]);

    /// <summary>RFC 7662.</summary>
    public static Task<Answer> IntrospectAsync(this HttpClient client, TestClient by, string? token) =>
        client.PostFieldsAsync("/connect/introspect", [.. by.Fields, ("token", token ?? "")]);

    /// <summary>RFC 7009.</summary>
    public static Task<Answer> RevokeAsync(this HttpClient client, TestClient by, string? token) =>
        client.PostFieldsAsync("/connect/revocation", [.. by.Fields, ("token", token ?? "")]);

    /// <summary>OpenID Connect Core §5.3.</summary>
    public static Task<Answer> UserInfoAsync(this HttpClient client, string? accessToken) =>
        client.GetAnswerAsync("/connect/userinfo", accessToken);

    /// <summary>True when the client's own introspection says that the token is alive.</summary>
    public static async Task<bool> IsActiveAsync(this HttpClient client, TestClient by, string? token) =>
        (await client.IntrospectAsync(by, token))["active"] == "true";

    private static Task<Answer> GrantAsync(
        this HttpClient client, string grantType, TestClient by, string? from, params IEnumerable<(string Name, string? Value)> parameters
    ) => client.PostFieldsAsync("/connect/token", [("grant_type", grantType), .. by.Fields, .. parameters], from);

    // Those without a value are left out.
    private static Task<Answer> PostFieldsAsync(
        this HttpClient client, string path, IEnumerable<(string Name, string? Value)> fields, string? from = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
            .WithForm([.. fields.Where(field => field.Value is not null).Select(field => (field.Name, field.Value!))]);
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
        return client.AnswerAsync(request);
    }
}
