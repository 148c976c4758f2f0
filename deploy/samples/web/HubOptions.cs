namespace Samples.Web;

/// <summary>What the hub and this application know of each other; each can be set from outside, e.g. <c>Hub__ClientSecret</c>.</summary>
internal sealed class HubOptions
{
    /// <summary>The hub's issuer: everything else about it stands in its discovery document.</summary>
    public string Authority { get; set; } = "http://localhost:5080";

    public string ClientId { get; set; } = "demo-web";

    /// <summary>Of the shipped demo client, and public. A real one comes from the environment.</summary>
    public string ClientSecret { get; set; } = "demo-web-secret";

    /// <summary>Blanks between them. <c>offline_access</c> asks for a refresh token.</summary>
    public string Scope { get; set; } = "openid profile email offline_access orders.read";

    /// <summary>The API that this application calls for its users.</summary>
    public Uri Orders { get; set; } = new("http://localhost:5091/orders");
}
