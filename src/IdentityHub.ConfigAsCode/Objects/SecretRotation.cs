using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.Protocol;

namespace IdentityHub.ConfigAsCode;

/// <summary>Adds a new secret to the old ones, which end soon.</summary>
public static class SecretRotation
{
    /// <summary>How many days the old secrets stay good at most.</summary>
    public const int MostDays = 3650;

    /// <summary>How many days the old secrets stay good where nothing else is said.</summary>
    public const int UsualDays = 7;

    /// <summary>Why a client gets no new secret; null when it does.</summary>
    public static string? FaultOf(ClientDefinition client) =>
        client.TokenEndpointAuthMethod == ClientAuthMethods.None
            || (client.TokenEndpointAuthMethod == ClientAuthMethods.PrivateKeyJwt && client.ClientSecrets.Count == 0)
            ? $"The client '{client.ClientId}' has no secrets: its token_endpoint_auth_method is {client.TokenEndpointAuthMethod}."
            : null;

    /// <summary>The body of an object with one more secret, which the server makes.</summary>
    /// <param name="list">The key that holds the secrets.</param>
    /// <param name="now">Secrets that have expired by then are left out.</param>
    /// <param name="end">When the old secrets end, unless they end before, or begin later.</param>
    public static JsonElement Of(AppliedObject current, string list, DateTimeOffset now, DateTimeOffset end)
    {
        var body = (JsonObject)current.Form.DeepClone();
        var secrets = (JsonArray)body[list]!;
        foreach (var secret in secrets.OfType<JsonObject>().ToList())
        {
            var expires = TimeOf(secret["expires_at"]);
            if (expires <= now)
                secrets.Remove(secret);
            else if (!(expires <= end) && !(TimeOf(secret["not_before"]) >= end))
                secret["expires_at"] = end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
        }

        secrets.Add(new JsonObject { ["value"] = SentSecrets.Generate });
        return JsonSerializer.SerializeToElement(body);
    }

    private static DateTimeOffset? TimeOf(JsonNode? value) =>
        value is null ? null : DateTimeOffset.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture);
}
