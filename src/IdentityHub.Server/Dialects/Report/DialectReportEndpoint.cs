using System.Globalization;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Dialects;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Storage.DialectUse;

namespace IdentityHub.Server.Dialects.Report;

/// <summary>
/// <c>GET /admin/api/dialects</c>: per older API and client (service user at <c>/v1/*</c>, tenant at the open endpoints) the calls of the
/// last 30 days, when it was seen last, and whether it could be switched off. For administrators.
/// </summary>
internal sealed class DialectReportEndpoint(
    AdministratorReader administrators, DialectUseStore uses, StoredCallerStore stored, ClientRegistry registry,
    IEnumerable<IDialect> dialects)
{
    public const string Path = "/admin/api/dialects";

    private static readonly TimeSpan Period = TimeSpan.FromDays(30);

    private readonly Dictionary<string, IDialect> _byName = dialects
        .SelectMany(dialect => dialect.Names, (dialect, name) => (name, dialect))
        .ToDictionary(named => named.name, named => named.dialect, StringComparer.Ordinal);

    private static readonly EndpointDescription Description = new(
        "GET", "reportDialects", "Administration", "Who still uses the older endpoints")
    {
        Text =
            "For each older endpoint and each client of it (service user at `/v1/*`, tenant at the open endpoints) the calls of the last "
                + "30 days, when it was seen last, and whether it could be switched off. "
            + $"Needs an access token with the scope `{AdministratorScope.Name}`, of a user who is an administrator where it has a user.",
        Access = DescribedAccess.Bearer,
        Audience = DescribedAudience.Administration,
        Answers = [new(200, "The report."), .. OAuthDescriptions.Errors(400, 401, 403)],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<DialectReportEndpoint>();
        routes.MapHubEndpoint(Path, ["GET"], endpoint.HandleAsync, BearerResults.WriteErrorAsync).Describe(Description);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        if (await administrators.RefusalAsync(http, context) is { } refusal)
            return refusal;

        var since = new DateTimeOffset(context.Now.UtcDateTime.Date - Period, TimeSpan.Zero);
        var used = await uses.ListAsync(since, http.RequestAborted);
        var callers = await stored.ReadAsync(registry.Current, context.Now, http.RequestAborted);
        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, (registry.Current, used, callers), (json, report) =>
            Write(json, report.Current, report.used, report.callers));
        return null;
    }

    private void Write(Utf8JsonWriter json, RegistrySnapshot snapshot, IReadOnlyList<UsedDialect> used, StoredCallers stored)
    {
        json.WriteStartArray("dialects"u8);
        foreach (var dialect in DialectNames.All)
        {
            var definition = snapshot.Document.Dialects.Find(dialect);
            var uses = used.Where(use => use.Dialect == dialect).ToDictionary(use => use.ClientId, StringComparer.Ordinal);
            var callers = _byName[dialect].ListCallers(dialect, snapshot, stored);
            json.WriteStartObject();
            json.WriteString("dialect"u8, dialect);
            json.WriteBoolean("enabled"u8, definition?.Enabled == true);
            WriteDay(json, "deprecation", definition?.Deprecation);
            WriteDay(json, "sunset", definition?.Sunset);
            json.WriteBoolean("can_be_switched_off"u8, uses.Values.All(use => use.Calls == 0));
            json.WriteStartArray("clients"u8);

            // Those that may call, and those that called and may no longer.
            foreach (var caller in callers.Allowed.Keys.Union(uses.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
                WriteCaller(json, callers.Member, caller, callers.Allowed.GetValueOrDefault(caller), uses.GetValueOrDefault(caller));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCaller(Utf8JsonWriter json, string member, string caller, bool allowed, UsedDialect? use)
    {
        json.WriteStartObject();
        json.WriteString(member, caller);
        json.WriteBoolean("allowed"u8, allowed);
        json.WriteNumber("calls_last_30_days"u8, use?.Calls ?? 0);
        if (use is null)
            json.WriteNull("last_seen"u8);
        else
            json.WriteString("last_seen"u8, use.LastSeenAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteBoolean("can_be_switched_off"u8, use is null or { Calls: 0 });
        json.WriteEndObject();
    }

    private static void WriteDay(Utf8JsonWriter json, string member, DateOnly? day)
    {
        if (day is null)
            json.WriteNull(member);
        else
            json.WriteString(member, day.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }
}
