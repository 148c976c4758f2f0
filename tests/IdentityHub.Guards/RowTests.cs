using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// Rows are read by the names of their columns. That each name is one of the statement is checked on both databases by
/// StatementColumnTests.
/// </summary>
public partial class RowTests
{
    [Test]
    public void No_column_is_read_by_its_number() => Rule.Holds(Numbered(Repository.CSharp()));

    [TestCase("var a = row.Text(7);")]
    [TestCase("var a = row.TimeOrNull(first + 1);")]
    [TestCase("var a = row.GuidOrNull( ColumnCount );")]
    public void A_number_is_caught(string code) => Rule.Catches(Numbered([new SourceFile("a.cs", code)]), "a.cs:1");

    [TestCase("var a = row.Text(\"key_id\");")]
    [TestCase("var a = row.Text();")]
    [TestCase("var a = row.Text(_name);")]
    public void A_name_is_not(string code) => Rule.Holds(Numbered([new SourceFile("a.cs", code)]));

    private static IEnumerable<string> Numbered(IEnumerable<SourceFile> files) => files.SelectMany(file => file.Find(Number()));

    // A name is a literal, which the code does not show, or a field.
    [GeneratedRegex(@"\brow\.(?:Guid|Text|Int|Long|Bool|Bytes|Time)(?:OrNull)?\(\s*[A-Za-z0-9]")]
    private static partial Regex Number();
}
