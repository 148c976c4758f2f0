using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests;

/// <summary>Whatever stands in a file: faults or a document, never an exception, and always a place inside the file.</summary>
public class ConfigPropertyTests
{
    private static readonly string[] s_pieces =
    [
        "clients", "client_id", "scope", "users", "dialects", "otp", "value", ":", ": ", "- ", "\n", "\n  ", "\n    ", "[", "]", "{", "}",
        ",", "\"", "'", "&a", "*a",
        "!t", "|", ">", "?", "#", "---", "...", "%YAML 1.2", "\t", "null", "true", "1", "1h", "env:X", "plain:", "sha256:", "file:/",
        "\\u0000", "\\ud800", "<<", "é", "\0", "\u0085",
    ];

    [Test]
    public void Arbitrary_text_never_throws() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(ArbMap.Default.ArbFor<string>(), (string text) => IsAnswered(text ?? "")));

    [Test]
    public void Text_made_of_yaml_never_throws() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2000),
            Prop.ForAll(Arb.From(Gen.Elements(s_pieces).ListOf().Select(string.Concat)), IsAnswered));

    [Test]
    public void The_shipped_files_with_one_piece_put_in_anywhere_never_throw()
    {
        var files = Directory.GetFiles(ConfigFolder.Shipped(), "*.yaml").Select(File.ReadAllText).ToArray();
        var changed =
            from file in Gen.Elements(files)
            from at in Gen.Choose(0, file.Length)
            from piece in Gen.Elements(s_pieces)
            select file.Insert(at, piece);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Arb.From(changed), IsAnswered));
    }

    [Test]
    public void Every_duration_that_can_be_written_reads_back() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
            Arb.From(Gen.Choose(0, int.MaxValue).Select(seconds => TimeSpan.FromSeconds(seconds))),
            duration => Duration.Format(duration) is var text && (text.Length > 10 || Duration.Parse(text) == duration)));

    private static bool IsAnswered(string text)
    {
        using var folder = new ConfigFolder().With("test.yaml", text);
        var result = folder.Load();
        var lines = text.Split('\n').Length + 1 + text.Count(c => c is '\r' or '\u0085' or '\u2028' or '\u2029');
        return (result.Document is null) == (result.Faults.Count > 0)
            && result.Faults.All(fault => fault.Line >= 0 && fault.Line <= lines && fault.Message.Length > 0);
    }
}
