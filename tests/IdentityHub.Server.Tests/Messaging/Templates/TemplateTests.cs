using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Messaging.Templates;

/// <summary>The words of messages: those of the server, those of the administrator, and what values may do in them.</summary>
public class TemplateTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["code"] = "123456",
        ["minutes"] = "10",
        ["days"] = "7",
        ["client"] = "The Shop",
        ["link"] = "https://shop.test/reset?token=123456",
        ["user"] = "alice",
        ["when"] = "2026-11-29 10:00 UTC",
        ["address"] = "203.0.113.10",
        ["device"] = "Chrome",
        ["host"] = "id.example.com",
        ["product"] = "Acme",
        ["accent"] = "#0b5cad",
        ["accent_text"] = "#ffffff",
    };

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("hub-templates-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("de", "Ihr Code für The Shop")]
    [TestCase("de-CH", "Ihr Code für The Shop")]
    [TestCase("DE", "Ihr Code für The Shop")]
    [TestCase("fr-CA", "Votre code pour The Shop")]
    [TestCase("pl", "Your code for The Shop")]
    [TestCase(null, "Your code for The Shop")]
    public void A_message_speaks_the_recipients_language_where_there_is_a_template_in_it(string? language, string subject) =>
        Assert.That(new TemplateFolder(_folder).Find(TemplateKind.OtpEmail, language).Fill(Values).Subject, Is.EqualTo(subject));

    [Test]
    public void Every_built_in_template_holds_what_it_is_sent_for_and_a_mail_its_HTML_form()
    {
        var templates = new TemplateFolder(Path.Combine(_folder, "none"));
        foreach (var kind in TemplateKind.All)
        {
            foreach (var language in BuiltInTexts.ByLanguage.Keys)
            {
                var text = templates.Find(kind, language).Fill(Values);
                Assert.That(text.Text, Does.Contain("123456").And.Not.Contain("{{"));
                Assert.That(!kind.Values.Contains("minutes") || text.Text.Contains("10", StringComparison.Ordinal), Is.True, text.Text);
                Assert.That((text.Subject is not null, text.Html is not null), Is.EqualTo((kind.IsMail, kind.IsMail)));
                Assert.That(text.Html ?? "123456", Does.Contain("123456"));
            }
        }
    }

    [Test]
    public void A_file_of_the_administrator_takes_the_place_of_the_built_in_one_and_may_add_a_language()
    {
        Write("otp-email.en.txt", "Subject: Own {{ client }}\r\n\r\nHere: {{code}}\r\n");
        Write("otp-sms.pl.txt", "{{code}}, {{minutes}} minut");
        var templates = new TemplateFolder(_folder);

        var (own, polish) = (
            templates.Find(TemplateKind.OtpEmail, "en").Fill(Values), templates.Find(TemplateKind.OtpSms, "pl-PL").Fill(Values));

        Assert.That(
            (own.Subject, own.Text, own.Html), Is.EqualTo(("Own The Shop", "Here: 123456", (string?)null)),
            "no HTML form that says something else");
        Assert.That(polish.Text, Is.EqualTo("123456, 10 minut"));
        Assert.That(
            templates.Find(TemplateKind.OtpEmail, "de").Fill(Values).Subject, Is.EqualTo("Ihr Code für The Shop"), "the others stay");
        Assert.That(
            (templates.Find("otp-email.en")!.File, templates.Find("otp-email.en")!.Html, templates.Find("otp-email.de")!.File),
            Is.EqualTo(("templates/otp-email.en.txt", (string?)null, (string?)null)), "where each comes from");
    }

    [TestCase(null, "en", "Set a new password")]
    [TestCase("welcome", "en", "Welcome")]
    [TestCase("WELCOME", "de-CH", "Willkommen")]
    [TestCase("welcome", "pl", "Welcome")]
    [TestCase("only-german", "de", "Nur")]
    [TestCase("only-german", "pl", "Set a new password")]
    [TestCase("nowhere", "de", "Neues Passwort setzen")]
    public void A_request_names_one_of_several_templates_and_gets_the_ordinary_one_where_there_is_none(
        string? variant, string language, string subject)
    {
        Write("password-reset-welcome.en.txt", "Subject: Welcome\n\n{{link}}");
        Write("password-reset-welcome.de.txt", "Subject: Willkommen\n\n{{link}}");
        Write("password-reset-only-german.de.txt", "Subject: Nur\n\n{{link}}");

        Assert.That(
            new TemplateFolder(_folder).Find(TemplateKind.PasswordReset, variant, [language]).Fill(Values).Subject, Is.EqualTo(subject));
    }

    [TestCase("otp-email-own.en.txt", "Subject: x\n\n{{code}}", 1, "otp-email.en.txt")]
    [TestCase("password-reset-own.en.txt", "Subject: x\n\nNothing", 1, "{{link}}")]
    [TestCase("otp-email.en.txt", "No subject\n{{code}}", 1, "subject")]
    [TestCase("otp-email.en.txt", "Subject: {{cod}}\n\n{{code}}", 1, "{{cod}}")]
    [TestCase("otp-email.en.txt", "Subject: x\n\nOne\n{{code}} {{who}}", 4, "{{who}}")]
    [TestCase("otp-email.en.txt", "Subject: x\n\nOne\n\n{{code}}\n{{code", 6, "'}}'")]
    [TestCase("otp-email.en.txt", "Subject: x\n\nOne", 1, "{{code}}")]
    [TestCase("otp-sms.de.txt", "Code", 1, "{{code}}")]
    [TestCase("otp-sms.de.html", "{{code}}", 1, "HTML")]
    [TestCase("otp-email.pl.html", "{{code}}", 1, "otp-email.pl.txt")]
    [TestCase("opt-email.en.txt", "Subject: x\n\n{{code}}", 1, "otp-email.en.txt")]
    [TestCase("otp-email.txt", "Subject: x\n\n{{code}}", 1, "otp-email.en.txt")]
    public void A_file_that_is_not_right_is_refused_with_its_name_and_line(string name, string text, int line, string part)
    {
        Write(name, text);

        var refusal = Assert.Throws<InvalidDataException>(() => _ = new TemplateFolder(_folder))!;

        Assert.That(refusal.Message, Does.Contain($"{Path.Combine(_folder, name)}:{line}: ").And.Contain(part));
    }

    [Test]
    public void All_faults_are_told_at_once()
    {
        Write("otp-email.en.txt", "{{x}}");
        Write("otp-sms.en.txt", "{{y}}");

        Assert.That(
            Assert.Throws<InvalidDataException>(() => _ = new TemplateFolder(_folder))!.Message.Split('\n'),
            Has.Length.GreaterThanOrEqualTo(4));
    }

    [Test]
    [Spec("ASSURANCE", "I2")]
    public void I2_Values_are_text_whatever_they_hold()
    {
        var values = new Dictionary<string, string>(Values)
        {
            ["client"] = "{{code}} <img src=x onerror=alert(1)>\r\nBcc: evil@example.com\u2028 & \"x\"",
        };

        var text = new TemplateFolder(_folder).Find(TemplateKind.OtpEmail, "en").Fill(values);

        Assert.That(text.Subject, Is.EqualTo("Your code for {{code}} <img src=x onerror=alert(1)>  Bcc: evil@example.com  & \"x\""));
        Assert.That(text.Subject!.Any(char.IsControl), Is.False);
        Assert.That(
            text.Html,
            Does.Contain("{{code}} &lt;img src=x onerror=alert(1)&gt;  Bcc: evil@example.com  &amp; &quot;x&quot;").And.Not.Contain("<img")
        );
    }

    [Test]
    public void The_first_faults_of_a_text_are_named_with_their_lines()
    {
        var lines = new List<int>();
        TemplateText.Read(string.Concat(Enumerable.Repeat("{{code}} {{none}}\n", 1000)), 2, ["code"], (line, _) => lines.Add(line));

        Assert.That(lines, Is.EqualTo(Enumerable.Range(2, 50)));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
