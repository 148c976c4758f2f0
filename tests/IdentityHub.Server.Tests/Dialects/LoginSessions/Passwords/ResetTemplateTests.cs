using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.LoginSessions.Passwords;

/// <summary>A request for a reset mail may name the template of the mail.</summary>
[Spec("contracts/lsid-sessions.md", "POST /password/reset/{userId}")]
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class ResetTemplateTests(DatabaseKind kind)
{
    [TestCase("", "Set a new password")]
    [TestCase(""","template":"welcome" """, "Welcome, alice")]
    [TestCase(""","template":"nowhere" """, "Set a new password")]
    public async Task The_mail_is_written_in_the_words_of_the_named_template(string more, string subject)
    {
        await using var installation = await Installation.CreateAsync(Lsids.Config, kind);
        var templates = Directory.CreateDirectory(Path.Combine(installation.ConfigDirectory, "templates")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(templates, "password-reset-welcome.en.txt"), "Subject: Welcome, {{user}}\n\nChoose a password: {{link}}\n");
        var hub = await installation.StartNodeAsync();

        var answer = await hub.Client.AskForResetAsync(Lsids.IdOf("alice"), "alice@example.com", more);

        Assert.That((answer.Status, answer.Body), Is.EqualTo((200, "")));
        await Eventually.GetAsync(() => Task.FromResult(hub.SentTo("alice@example.com")), sent => sent.Count > 0);
        Assert.That(hub.SentTo("alice@example.com").Single().Text.Subject, Is.EqualTo(subject));
    }

    [TestCase("../../etc/passwd")]
    [TestCase("a.b")]
    public async Task A_name_that_can_be_none_is_refused(string template)
    {
        await using var hub = await Hub.StartAsync(Lsids.Config, kind);

        var answer = await hub.Client.AskForResetAsync(Lsids.IdOf("alice"), "alice@example.com", $$""","template":"{{template}}" """);

        Assert.That(
            (answer.Status, answer["message"]), Is.EqualTo((400, "'template' must be 1 to 64 letters, digits, dashes and underscores.")));
    }
}
