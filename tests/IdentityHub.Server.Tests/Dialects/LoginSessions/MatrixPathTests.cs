using FsCheck;
using FsCheck.Fluent;
using IdentityHub.Protocol;
using IdentityHub.Server.Dialects.LoginSessions;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.LoginSessions;

[Spec("contracts/lsid-sessions.md", "matrix parameters")]
public class MatrixPathTests
{
    private static readonly string[] Pieces =
    [
        "/", ";", "=", "lsid", "LSID", ";lsid=", "..", ".", "%2e", "%2E%2e", "%2f", "%3b", "%3B", "%5c", "\\", "%25", "%253b", "%00", "%",
        "%zz", "session", "ihs_abc", "a", "~", "é", "\0", "\n", "?", "#", " ", "%c0%af",
        "\ud800", "jsessionid", new string('x', 260),
    ];

    private static Arbitrary<string> Paths => Arb.From(Gen.Elements(Pieces).ListOf().Select(string.Concat));

    [TestCase("/session/3f9c;lsid=3f9c", "/session/3f9c", "3f9c")]
    [TestCase("/session;lsid=3f9c/3f9c", "/session/3f9c", "3f9c")]
    [TestCase("/session/3f9c/clone;lsid=3f9c", "/session/3f9c/clone", "3f9c")]
    [TestCase("/;lsid=a/session/b", "//session/b", "a")]
    [TestCase("/session/a;jsessionid=1;lsid=b;x=", "/session/a", "b")]
    [TestCase("/authenticate/alice%40example.com", "/authenticate/alice%40example.com", null)]
    [TestCase("/", "/", null)]
    public void A_parameter_may_stand_on_any_segment_and_is_taken_out(string raw, string path, string? lsid)
    {
        var parsed = MatrixPath.Parse(raw);

        Assert.That((parsed.Value?.Path, parsed.Value?.Lsid), Is.EqualTo((path, lsid)));
    }

    [TestCase("/session/..;/x")]
    [TestCase("/session/..;a=b/x")]
    [TestCase("/session/.;a=b/x")]
    [TestCase("/session/%2e%2E;a=b/x")]
    [TestCase("/session/../x")]
    [TestCase("/session/a%3blsid=b")]
    [TestCase("/session/a%3Blsid=b")]
    [TestCase("/session/a%2fb")]
    [TestCase("/session/a%5cb")]
    [TestCase("/session/a\\b")]
    [TestCase("/session/a%253blsid=b")]
    [TestCase("/session/a%00")]
    [TestCase("/session/a;lsid=")]
    [TestCase("/session/a;lsid")]
    [TestCase("/session/a;")]
    [TestCase("/session/a;;lsid=b")]
    [TestCase("/session/a;=b")]
    [TestCase("/session/a;lsid=b;lsid=b")]
    [TestCase("/session;lsid=b/a;lsid=c")]
    [TestCase("/session/a;LSID=b")]
    [TestCase("/session/a;lsid=b;LSID=c")]
    [TestCase("/session/a;lsid=b=c")]
    [TestCase("/session/a;lsid=b%20c")]
    [TestCase("/session/a;lsid=é")]
    public void What_can_be_read_in_two_ways_is_refused(string raw)
    {
        var parsed = MatrixPath.Parse(raw);

        Assert.That((parsed.Succeeded, parsed.Error?.Kind), Is.EqualTo((false, RefusalKind.InvalidRequest)));
    }

    [TestCase(256, true)]
    [TestCase(257, false)]
    public void An_LSID_has_at_most_256_bytes(int length, bool succeeds) =>
        Assert.That(MatrixPath.Parse($"/session/a;lsid={new string('x', length)}").Succeeded, Is.EqualTo(succeeds));

    [Test]
    public void Arbitrary_text_never_throws() =>
        Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(ArbMap.Default.ArbFor<string>(), (string text) =>
                MatrixPath.Parse(text ?? "") is { } parsed && parsed.Succeeded == (parsed.Value is not null)));

    [Test]
    public void No_path_has_two_readings() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Paths, raw =>
    {
        if (MatrixPath.Parse(raw) is not { Succeeded: true, Value: var read })
            return true;

        // Nothing is left of any parameter; read again, decoded or not, it is the same path; its segments are those that came.
        var again = MatrixPath.Parse(read.Path);
        var decoded = Uri.UnescapeDataString(read.Path);
        return !read.Path.Contains(';') && again is { Succeeded: true, Value: { Lsid: null } same } && same.Path == read.Path
            && !decoded.Contains(';') && !decoded.Contains('\\')
            && decoded.Split('/').Length == raw.Split('/').Length
            && decoded.Split('/').All(segment => segment is not ("." or ".."))
            && raw.Split('/').Zip(read.Path.Split('/')).All(pair => pair.First.Split(';')[0] == pair.Second);
    }));

    [Test]
    public void An_LSID_that_is_read_stands_in_the_path_once_and_as_it_is() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(5000),
            Prop.ForAll(Paths, raw =>
                MatrixPath.Parse(raw) is not { Succeeded: true, Value.Lsid: { } lsid }
                || (
                    raw.Split(";lsid=").Length == 2
                    && raw.Contains($";lsid={lsid}", StringComparison.Ordinal)
                    && lsid.Length is > 0 and <= 256)));
}
