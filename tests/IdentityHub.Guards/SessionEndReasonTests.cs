using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>What ends a session or a refresh token takes the reason from <c>SessionEndReasons</c>.</summary>
public class SessionEndReasonTests
{
    // Where the reason of an end stands: a constant, a property, an argument of what ends something, and SQL.
    private const string Places =
        """
        \bconst\ string\ (?:\w*EndReason|\w*RevokeReason|Reason)\ =\ "
        |\b(?:EndReason|RevokeReason)(?:\ =|,)\s*"
        |\b(?:EndAsync|EndOfUserAsync|EndAllOfUserAsync|AnnounceAsync|TrySetPasswordAsync|TryChangePasswordAsync|TryEraseAsync
            |RevokeFamiliesAsync|RevokeOfSessionAsync|TryRevokeFamilyAsync|new\ NewAccountPassword)\([^;]*?[,?:]\s*"[a-z0-9_]+"
        |\bAuditTypes\.(?:SessionEnded|FamilyRevoked)[^;]*?[,?:]\s*"[a-z0-9_]+"
        |\b(?:end_reason|revoke_reason)\b[^";]*?'[a-z0-9_]+'
        """;

    [Test]
    public void No_end_of_a_session_names_its_reason_by_a_text_of_its_own() =>
        Rule.Holds(
            Uncatalogued([.. Repository.CSharp().Where(static file => file.Path is not (ReasonEntry.Refusals or ReasonEntry.Ends))]));

    [TestCase("private const string EndReason = \"gone\";")]
    [TestCase("private const string PasswordChanged = \"password_changed\";")]
    [TestCase("await ends.EndAsync(session.Id, \"gone\", context, cancellationToken);")]
    [TestCase("await ends.EndAllOfUserAsync(\n    user.Id, except: null, \"gone\", context, cancellationToken);")]
    [TestCase("await credentials.TrySetPasswordAsync(id, stamp ?? \"\", hash, null, \"gone\", now, notices.WriteAsync, ct);")]
    [TestCase("await tokens.TryRevokeFamilyAsync(id, \"gone\", now, cancellationToken);")]
    [TestCase("await audit.WriteAsync(context, AuditTypes.SessionEnded, userId, sessionId, \"gone\");")]
    [TestCase("new Session { Id = id, EndReason = \"gone\" }")]
    [TestCase("session.SetProperty(row => row.EndReason, \"gone\")")]
    [TestCase("family.SetProperty(row => row.RevokeReason, \"gone\")")]
    [TestCase("\"UPDATE sessions SET ended_at = $1, end_reason = 'gone' WHERE id = $2\"")]
    [TestCase("\"INSERT INTO refresh_token_families (id, revoked_at, revoke_reason) VALUES ($1, $2, 'gone')\"")]
    [TestCase("\"SELECT 'reuse_detected'\"")]
    public void A_text_is_caught(string code) => Rule.Catches(Uncatalogued([new SourceFile("src/A.cs", code)]), "src/A.cs");

    [TestCase("await ends.EndAsync(session.Id, SessionEndReasons.Logout, context, ct); var page = new Page(\"logout\");")]
    [TestCase("await audit.WriteAsync(context, AuditTypes.FamilyRevoked, id, null, Reasons.CodeUsed, \"the code was presented again\");")]
    [TestCase("$\"UPDATE sessions SET end_reason = '{SessionEndReasons.Logout}' WHERE id = $2 AND COALESCE(end_reason, '') = ''\"")]
    public void The_catalogue_is_not(string code) => Rule.Holds(Uncatalogued([new SourceFile("src/A.cs", code)]));

    // A code of two words is no other text by chance; a code of one word may be the name of a page, and is told by where it stands.
    private static IEnumerable<string> Uncatalogued(IReadOnlyList<SourceFile> files)
    {
        var codes = ReasonEntry.In(ReasonEntry.Ends).Select(static entry => entry.Code).Where(static code => code.Contains('_'));
        var text = new Regex($"{Places}|[\"'](?:{string.Join('|', codes)})[\"']", RegexOptions.IgnorePatternWhitespace);
        return
            from file in files
            from match in text.Matches(file.Text)
            select $"{file.Path}: {match.Value}";
    }
}
