using System.Text.Json;
using IdentityHub.Protocol;

namespace IdentityHub.Server.Admin.Api;

/// <summary>A request whose caller, query and body are checked: what an operation reads.</summary>
/// <param name="Body">Held against the fields of the operation; an empty object where there is none.</param>
/// <param name="Page">The page of a list that is asked for.</param>
internal sealed record AdminRequest(AdminCall Call, RouteValueDictionary Route, Parameters Query, JsonElement Body, PageRequest Page)
{
    /// <summary>A value of the path as text.</summary>
    public string Text(string name) => Route[name]?.ToString() ?? "";

    /// <summary>A value of the path as a UUID; all zeros, which no object has, for anything else.</summary>
    public Guid Id(string name) => Guid.TryParseExact(Text(name), "D", out var id) ? id : Guid.Empty;

    /// <summary>A member of the body as text; null when it is absent or null.</summary>
    public string? BodyText(string name) =>
        Body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Shows nothing of the body, which may hold a password.</summary>
    public override string ToString() => nameof(AdminRequest);
}

/// <summary>The page of a list that is asked for.</summary>
/// <param name="Limit">The most entries.</param>
/// <param name="After">Where the page before has ended; null for the first page.</param>
/// <param name="Seal">Makes the cursor of the next page.</param>
internal sealed record PageRequest(int Limit, string? After, Func<string, string> Seal)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    /// <summary>
    /// The answer of rows that were read: one more than <see cref="Limit"/> was asked for, which tells whether there is a next page.
    /// </summary>
    /// <param name="keyOf">Where a row stands in the order of the list.</param>
    /// <param name="show">A row as it is answered.</param>
    public AdminAnswer AnswerOf<T>(IReadOnlyList<T> rows, Func<T, string> keyOf, Func<T, object> show) =>
        AdminAnswer.Page(rows.Take(Limit).Select(show), rows.Count > Limit ? Seal(keyOf(rows[Limit - 1])) : null);
}
