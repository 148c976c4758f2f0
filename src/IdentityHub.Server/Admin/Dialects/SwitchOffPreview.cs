namespace IdentityHub.Server.Admin.Dialects;

/// <summary>What switching an older API off would mean today.</summary>
/// <param name="Refused">Who has called and would be refused, those with most calls first.</param>
/// <param name="Silent">Who may call and did not.</param>
/// <param name="Contacts">Whom to tell, each once, in order.</param>
internal sealed record SwitchOffPreview(
    IReadOnlyList<DialectCallerRow> Refused, IReadOnlyList<DialectCallerRow> Silent, IReadOnlyList<string> Contacts)
{
    /// <summary>The preview for all callers, or for those who are named.</summary>
    /// <param name="only">Null for all.</param>
    public static SwitchOffPreview Of(IReadOnlyList<DialectCallerRow> rows, IReadOnlyCollection<string>? only)
    {
        var asked = rows.Where(row => only is null || only.Contains(row.Id)).ToList();
        var refused = asked.Where(row => row.WouldBeRefused).OrderByDescending(row => row.Calls).ToList();
        return new(
            refused, [.. asked.Where(row => row is { IsAllowed: true, Calls: 0 })],
            [.. refused.SelectMany(row => row.Contacts).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }
}
