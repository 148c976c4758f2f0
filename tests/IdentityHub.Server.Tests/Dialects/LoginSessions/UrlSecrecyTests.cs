using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.LoginSessions;

/// <summary>A secret in a URL stands in no trace and in no log, however it is written and wherever it stands.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("ASSURANCE", "C8")]
public class UrlSecrecyTests(DatabaseKind kind)
{
    private static readonly string[] Targets =
    [
        "/session/LSID;lsid=LSID", "/session/LSID/nowhere;lsid=LSID", "/session;lsid=LSID/LSID", "/session/LSID?apiKey=KEY",
        "/authenticate/block/alice?apiKey=KEY", "/session/a;lsid=LSID;lsid=LSID",
        "/%73ession/LSID;lsid=LSID",
        "/session/%69hs_REST;lsid=LSID",
        "/SESSION/LSID",
        "/authenticate/LSID",
        "/password/reset/LSID",
        "/session/a/LSID",
        "/session//LSID",
        "/;lsid=LSID/session/a",
        "/sessions/LSID",
        "/account;lsid=LSID",
        "/connect/token;lsid=LSID",
        "/connect/userinfo/%69hs_REST",
        "/x;LSID=LSID",
    ];

    [TestCase(true)]
    [TestCase(false)]
    public async Task C8_No_trace_and_no_log_holds_what_is_secret_in_a_URL(bool isOn)
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);
        var lsid = await hub.Client.LsidAsync("alice");
        await using var off = isOn ? null : await Hub.StartAsync("dialects: { lsid: { enabled: false } }", kind);
        var traced = new ConcurrentQueue<string>();
        using var listener = Listen(traced);

        foreach (var target in TargetsWith(lsid))
            await RawHttp.StatusAsync(
                off ?? hub, Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));

        // The listener sees the requests of all tests that run at this time; ours are those in which the secrets would be.
        var logs = (off ?? hub).Logs.ToString();
        await Eventually.GetAsync(() => Task.FromResult(traced.Count), count => count >= Targets.Length);
        Assert.That(traced, Has.Count.GreaterThanOrEqualTo(Targets.Length), "there are traces");
        Assert.That(
            traced.Where(trace =>
                trace.Contains(lsid[4..], StringComparison.Ordinal) || trace.Contains(Lsids.Key, StringComparison.Ordinal)),
            Is.Empty);
        Assert.That(
            (logs.Contains(lsid[4..], StringComparison.Ordinal), logs.Contains(Lsids.Key, StringComparison.Ordinal)),
            Is.EqualTo((false, false)));
    }

    /// <summary>Request targets that hold this LSID, or the API key of <see cref="Lsids"/>, in every place and spelling.</summary>
    internal static IEnumerable<string> TargetsWith(string lsid) =>
        Targets.Select(target =>
            target
                .Replace("LSID", lsid, StringComparison.Ordinal)
                .Replace("REST", lsid[4..], StringComparison.Ordinal)
                .Replace("KEY", Lsids.Key, StringComparison.Ordinal));

    private static ActivityListener Listen(ConcurrentQueue<string> traced)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
                traced.Enqueue($"{activity.DisplayName} {string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))}"),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
