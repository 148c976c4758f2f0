using System.Globalization;
using IdentityHub.Server.Clients;

namespace IdentityHub.Server.Http;

/// <summary>A door that speaks an older dialect: it is there only while the installation has the dialect on. contracts/README.md rule 5.</summary>
internal static class DialectDoor
{
    /// <summary>Maps a door of <paramref name="dialect"/>; off, it answers as a path that does not exist.</summary>
    public static IEndpointConventionBuilder MapDialectDoor(
        this IEndpointRouteBuilder routes, string dialect, string path, IReadOnlyList<string> methods, DoorHandler handle, ErrorWriter writeError)
    {
        var registry = routes.ServiceProvider.GetRequiredService<ClientRegistry>();
        var door = Door.Answer(path, methods, handle, writeError);
        return routes.Map(path, http =>
        {
            if (registry.Current.Document.Dialects.Find(dialect) is not { Enabled: true } definition)
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            // RFC 9745: a structured date. RFC 8594: an HTTP date.
            if (definition.Deprecation is { } deprecation)
                http.Response.Headers["Deprecation"] = $"@{Utc(deprecation).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";
            if (definition.Sunset is { } sunset)
                http.Response.Headers["Sunset"] = Utc(sunset).ToString("R", CultureInfo.InvariantCulture);
            return door(http);
        });
    }

    private static DateTimeOffset Utc(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
