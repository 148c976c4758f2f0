namespace IdentityHub.Server.Http;

/// <summary>What the web server itself accepts.</summary>
internal static class RequestLimits
{
    public static void SetRequestLimits(this WebApplicationBuilder builder) =>
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = QueryReader.MaxRequestLineSize;
        });
}
