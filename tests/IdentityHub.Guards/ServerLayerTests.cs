using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// Inside the server each folder has a row of its own and knows those below it: never upward, so there are no circles, and never from one
/// endpoint to another; an endpoint never sees the database.
/// </summary>
public partial class ServerLayerTests
{
    private const string Server = "src/IdentityHub.Server";

    // Those of one row do not know each other.
    private static readonly string[] Endpoints = ["OAuth", "Dialects", "Ui"];

    // From the top. Folders of one row could know each other, so only endpoints share one.
    private static readonly string[][] Rows =
    [
        ["Background"],
        ["Health"],
        Endpoints,
        ["Admin"],
        ["Http"],
        ["Grants"],
        ["Accounts"],
        ["Authentication"],
        ["Sessions"],
        ["Tokens"],
        ["Users"],
        ["Rights"],
        ["Messaging"],
        ["Clients"],
        ["Limits"],
        ["Audit"],
        ["Settings"],
        ["Hosting"],
    ];

    // What the endpoints of one kind have in common: Ui/Shared.
    private const string Shared = "Shared";

    [Test]
    public void A_folder_knows_only_those_below_it() => Rule.Holds(Violations(Repository.CSharp(Server)));

    [Test]
    public void Every_folder_of_the_server_has_its_row() =>
        Rule.Holds(
            Repository
                .CSharp(Server)
                .Select(file => Top(file.FolderIn(Server)))
                .Distinct()
                .Where(folder => folder != "" && Row(folder) < 0)
                .Select(folder => $"{folder} stands in no row"));

    [Test]
    public void Each_folder_has_a_row_of_its_own_except_endpoints() =>
        Rule.Holds(Rows.Where(row => row.Length > 1 && row != Endpoints).Select(row => $"{string.Join(", ", row)} share a row"));

    [TestCase("Grants/A.cs", "using IdentityHub.Server.Http;", "Http")]
    [TestCase("Tokens/A.cs", "using IdentityHub.Server.OAuth.Token;", "OAuth/Token")]
    [TestCase("Messaging/A.cs", "using IdentityHub.Server.Tokens;", "Tokens")]
    [TestCase("Tokens/A.cs", "using IdentityHub.Server.Sessions;", "Sessions")]
    [TestCase("Sessions/A.cs", "using IdentityHub.Server.Authentication.Passwords;", "Authentication/Passwords")]
    [TestCase("Limits/A.cs", "using IdentityHub.Server.Clients;", "Clients")]
    [TestCase("OAuth/Token/A.cs", "using IdentityHub.Server.OAuth.Revoke;", "OAuth/Revoke")]
    [TestCase("Ui/Login/A.cs", "using IdentityHub.Server.Ui.Consent;", "Ui/Consent")]
    [TestCase("Dialects/OAuthV2/A.cs", "using IdentityHub.Server.OAuth;", "OAuth")]
    [TestCase("Ui/Login/A.cs", "using IdentityHub.Server.Background;", "Background")]
    [TestCase("Tokens/A.cs", "class A { OAuth.Token.TokenEndpoint endpoint; }", "TokenEndpoint", Description = "without a using")]
    [TestCase("OAuth/Token/A.cs", "class A(HubDatabase database);", "database")]
    [TestCase("OAuth/Token/A.cs", "class A(IDbContextFactory<HubDbContext> contexts);", "database")]
    public void A_look_upward_or_across_is_caught(string path, string code, string expected) =>
        Rule.Catches(
            Violations([
                new SourceFile($"{Server}/{path}", code), new SourceFile($"{Server}/OAuth/Token/TokenEndpoint.cs", "class TokenEndpoint;")
            ]),
            expected);

    [TestCase("OAuth/Token/A.cs", "using IdentityHub.Server.OAuth; using IdentityHub.Server.Http; using IdentityHub.Server.Tokens;")]
    [TestCase("Tokens/A.cs", "using IdentityHub.Server.Users; using IdentityHub.Server.Audit;")]
    [TestCase("Ui/Login/A.cs", "using IdentityHub.Server.Ui.Shared;")]
    [TestCase("OAuth/OAuthFeature.cs", "using IdentityHub.Server.OAuth.Token;")]
    [TestCase(
        "Tokens/A.cs",
        "class A { object Start() => sequence.TokenEndpoint ?? Stopwatch.TokenEndpoint; }",
        Description = "members that are named like a type")]
    [TestCase("Program.cs", "using IdentityHub.Server.OAuth; using IdentityHub.Server.Background;")]
    public void A_look_downward_is_not(string path, string code) =>
        Rule.Holds(
            Violations([
                new SourceFile($"{Server}/{path}", code), new SourceFile($"{Server}/OAuth/Token/TokenEndpoint.cs", "class TokenEndpoint;")
            ]));

    private static IEnumerable<string> Violations(IReadOnlyList<SourceFile> files)
    {
        // Types are found by name too, so that a qualified name without a using is no way round. A name that is declared twice, or is
        // that of a property as well, says nothing.
        var properties = files.SelectMany(file => Property().Matches(file.Code)).Select(match => match.Groups[1].Value).ToHashSet();
        var homes = (from file in files
                     let folder = file.FolderIn(Server)
                     where folder != ""
                     from Match declared in Declaration().Matches(file.Code)
                     group folder by declared.Groups[1].Value into named
                     where named.Distinct().Count() == 1 && !properties.Contains(named.Key)
                     select (Name: named.Key, Folder: named.First())).ToDictionary(home => home.Name, home => home.Folder);

        foreach (var file in files)
        {
            var folder = file.FolderIn(Server);
            if (folder == "")
                continue;
            foreach (Match seen in Using().Matches(file.Code))
            {
                if (!MaySee(folder, seen.Groups[1].Value.Replace('.', '/')))
                    yield return $"{file.Path}: {folder} may not see {seen.Groups[1].Value.Replace('.', '/')}";
            }

            var imported = Using().Matches(file.Code).Select(seen => seen.Groups[1].Value.Replace('.', '/')).ToHashSet();
            foreach (var word in Names().Matches(file.Code).SelectMany(TypesIn).Distinct())
            {
                if (homes.TryGetValue(word, out var home) && !imported.Contains(home) && !MaySee(folder, home))
                    yield return $"{file.Path}: {folder} may not see {word} of {home}";
            }

            if (Endpoints.Contains(Top(folder)) && Database().IsMatch(file.Code))
                yield return $"{file.Path}: an endpoint may not see the database";
        }
    }

    // "Tokens.TokenIssuer" names a type, "sequence.Start" does not, nor does "Stopwatch.Start".
    private static string[] TypesIn(Match name)
    {
        var parts = name.Value.Split('.');
        return parts[0] == "IdentityHub" || Row(parts[0]) >= 0 ? parts : parts[..1];
    }

    private static bool MaySee(string from, string to)
    {
        if (from == to || to.StartsWith(from + "/", StringComparison.Ordinal) || from.StartsWith(to + "/", StringComparison.Ordinal))
            return true;
        if (Endpoints.Contains(Top(from)) && Endpoints.Contains(Top(to)))
            return Top(from) == Top(to) && to.Split('/')[1] == Shared;
        return Row(Top(from)) <= Row(Top(to));
    }

    private static string Top(string folder) => folder.Split('/')[0];

    private static int Row(string top) => Array.FindIndex(Rows, row => row.Contains(top));

    [GeneratedRegex(@"\busing IdentityHub\.Server\.([\w.]+);")]
    private static partial Regex Using();

    // Private types are seen by nobody else.
    [GeneratedRegex(@"(?<!\bprivate (?:\w+ )*)\b(?:class|record|struct|interface|enum|delegate [\w<>?]+) (\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b(?:string|int|long|bool|Guid|Uri|TimeSpan|DateTimeOffset)\??\s+([A-Z]\w+)")]
    private static partial Regex Property();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(?:\.[A-Z]\w*)*")]
    private static partial Regex Names();

    [GeneratedRegex(@"\b(HubDbContext|IDbContextFactory|HubDatabase|DbConnection|NpgsqlConnection|SqliteConnection)\b")]
    private static partial Regex Database();
}
