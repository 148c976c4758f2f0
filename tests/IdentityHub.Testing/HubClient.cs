using System.Net.Http.Headers;
using System.Text;

namespace IdentityHub.Testing;

/// <summary>Requests as clients make them, in one line each.</summary>
public static class HubClient
{
    /// <summary>A client that follows no redirect and keeps no cookie, so that a test sees both.</summary>
    public static HttpClient Create(Uri server) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server };

    /// <summary>POST to the token endpoint. RFC 6749 §3.2.</summary>
    public static Task<Answer> TokenAsync(this HttpClient client, params (string Name, string Value)[] form) =>
        client.PostFormAsync("/connect/token", form);

    /// <summary>POST of a form; repeated names are sent as given.</summary>
    public static Task<Answer> PostFormAsync(this HttpClient client, string path, params (string Name, string Value)[] form) =>
        client.AnswerAsync(new HttpRequestMessage(HttpMethod.Post, path).WithForm(form));

    /// <summary>POST of a JSON body.</summary>
    public static Task<Answer> PostJsonAsync(this HttpClient client, string path, string json) =>
        client.AnswerAsync(
            new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") });

    /// <summary>GET, with a bearer token where there is one.</summary>
    public static Task<Answer> GetAnswerAsync(this HttpClient client, string path, string? bearer = null) =>
        client.AnswerAsync(new HttpRequestMessage(HttpMethod.Get, path).WithBearer(bearer));

    /// <summary>Sends a request of any kind and reads the whole answer.</summary>
    public static async Task<Answer> AnswerAsync(this HttpClient client, HttpRequestMessage request)
    {
        using (request)
        using (var response = await client.SendAsync(request))
            return await Answer.ReadAsync(response);
    }

    /// <summary>Adds a form body.</summary>
    public static HttpRequestMessage WithForm(this HttpRequestMessage request, params (string Name, string Value)[] form)
    {
        request.Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return request;
    }

    /// <summary>Adds a JSON body, where there is one.</summary>
    /// <param name="mediaType">As it is sent, right or wrong; null sends none.</param>
    public static HttpRequestMessage WithJson(this HttpRequestMessage request, string? json, string? mediaType = "application/json") =>
        json is null ? request : request.WithBody(Encoding.UTF8.GetBytes(json), mediaType);

    /// <summary>Adds a body of any bytes.</summary>
    /// <param name="mediaType">As it is sent, right or wrong; null sends none.</param>
    public static HttpRequestMessage WithBody(this HttpRequestMessage request, byte[] body, string? mediaType)
    {
        request.Content = new ByteArrayContent(body);
        if (mediaType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return request;
    }

    /// <summary>Adds client credentials in the header, form-encoded first. RFC 6749 §2.3.1.</summary>
    public static HttpRequestMessage WithBasic(this HttpRequestMessage request, string clientId, string secret)
    {
        var credentials = $"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(secret)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return request;
    }

    /// <summary>Adds a bearer token. RFC 6750 §2.1.</summary>
    public static HttpRequestMessage WithBearer(this HttpRequestMessage request, string? token)
    {
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return request;
    }
}
