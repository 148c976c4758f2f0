using System.Text.RegularExpressions;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Messaging;

/// <summary>
/// Whoever asks for a mail is answered the same, whether or not somebody is to get it and whether or not a mail server takes it.
/// </summary>
[Spec("ASSURANCE", "E3")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public partial class DeadMailServerTests(DatabaseKind kind)
{
    private const string Config = Otps.Config + "  lsid: { enabled: true, reset_page_urls: [https://app.example.com/reset] }\n";

    // Addresses of one length: a page, or a body, that holds one is as long as the other.
    private const string Known = "alice@example.com";
    private const string Unknown = "blice@example.com";

    [Test]
    public async Task E3_A_code_is_answered_for_with_the_same_bytes_while_the_mail_server_is_dead() =>
        await AllAlikeAsync(
            async (hub, address) =>
                (await hub.Client.SendOtpAsync(await hub.Client.MachineTokenAsync("closed"), Otps.Body(address))).Seen(),
            "200\n");

    [Test]
    public async Task E3_A_code_on_the_login_page_is_answered_for_with_the_same_page_while_the_mail_server_is_dead() =>
        await AllAlikeAsync(async (hub, address) =>
        {
            var browser = new Browser(hub.Client);
            var sent = await browser.SubmitAsync(await browser.GetAsync("/login/code"), "/login/code?handler=Send", ("email", address));
            return $"{sent.Status} {sent.Document.QuerySelector("main")!.TextContent} "
                + $"{string.Join(' ', browser.Cookies.Keys.Order(StringComparer.Ordinal))}";
        }, "200 ");

    [Test]
    public async Task E3_A_reset_is_answered_for_with_the_same_bytes_while_the_mail_server_is_dead() =>
        await AllAlikeAsync(async (hub, address) => (await hub.Client.AskForResetAsync(Parts.AliceId, address)).Seen(), "200\n");

    private async Task AllAlikeAsync(Func<Hub, string, Task<string>> ask, string begins)
    {
        (string, string)[] dead =
        [
            ("IdentityHub:Email:Smtp:Host", "127.0.0.1"), ("IdentityHub:Email:Smtp:Port", $"{HubProcess.FreePort()}"),
            ("IdentityHub:Email:Smtp:From", "hub@example.com")
        ];
        var seen = new Dictionary<string, string>();
        foreach (var settings in new[] { [], dead })
        {
            await using var hub = await Hub.StartAsync(Config, kind, null, settings);
            foreach (var address in new[] { Known, Unknown })
            {
                var answer = await ask(hub, address);
                seen[$"{address}, {(settings.Length > 0 ? "dead" : "alive")}"] = CallsLeft()
                    .Replace(answer.Replace(address, "ADDRESS", StringComparison.Ordinal), "");
            }
        }

        Assert.That(seen.Values, Has.All.StartsWith(begins));
        Assert.That(seen.Values.Distinct().Count(), Is.EqualTo(1), string.Join("\n\n", seen));
    }

    // Counts what the caller has done.
    [GeneratedRegex("RateLimit-Remaining: .*")]
    private static partial Regex CallsLeft();
}
