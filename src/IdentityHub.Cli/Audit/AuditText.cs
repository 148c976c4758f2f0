using System.Globalization;
using IdentityHub.Cli.Output;
using IdentityHub.Storage;
using IdentityHub.Storage.Audit.Reading;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Cli.Audit;

/// <summary>
/// Shows audit rows to people: the parts of a row one after the other, in as many lines as the width asks for. Users have their names.
/// </summary>
internal sealed class AuditText(HubDatabase database)
{
    private const string Gap = "  ";
    private const string Indent = "    ";
    private readonly Dictionary<Guid, string> _names = [];

    /// <summary>The lines of the rows.</summary>
    /// <param name="indent">Begins each line.</param>
    public async Task<IReadOnlyList<string>> LinesOfAsync(IReadOnlyList<AuditRow> rows, string indent, CancellationToken cancellationToken)
    {
        await ReadNamesAsync(rows, cancellationToken);
        var width = CommandOutput.FindWidth();
        return [.. rows.SelectMany(row => FlowText.Of(PartsOf(row), width, Gap, indent, indent + Indent))];
    }

    /// <summary>A moment to the millisecond, UTC: rows of one second have an order.</summary>
    public static string TimeOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private IEnumerable<string> PartsOf(AuditRow row)
    {
        yield return TimeOf(row.At);
        yield return row.Event;
        if (row.Reason is { } reason)
            yield return reason;
        yield return row.Endpoint;
        if (row.GrantType is { } grant)
            yield return $"grant={PlainText.Of(grant)}";
        if (row.ClientId is { } client)
            yield return $"client={PlainText.Of(client)}";
        if (row.UserId is { } user)
            yield return $"user={_names.GetValueOrDefault(user) ?? user.ToString()}";
        if (row.IpAddress is { } address)
            yield return $"from={address}";
        yield return $"trace={row.TraceId}";
        if (row.Detail is { } detail)
            yield return PlainText.Of(detail);
    }

    private async Task ReadNamesAsync(IReadOnlyList<AuditRow> rows, CancellationToken cancellationToken)
    {
        var unknown = rows.Select(row => row.UserId).OfType<Guid>().Where(id => !_names.ContainsKey(id)).Distinct().ToList();
        if (unknown.Count == 0)
            return;
        await using var context = new HubDbContext(HubDbContext.OptionsWithoutHost(database));
        foreach (var part in unknown.Chunk(500))
        {
            var named = await context
                .Users.AsNoTracking()
                .Where(user => part.Contains(user.Id))
                .Select(user => new { user.Id, user.UserName })
                .ToListAsync(cancellationToken);
            foreach (var user in named)
                _names[user.Id] = PlainText.Of(user.UserName ?? user.Id.ToString());
        }
    }
}
