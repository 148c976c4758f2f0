using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Server.Ui.Shared;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Http;

/// <summary>Languages that a request names, at the size that anybody can send.</summary>
[Spec("ASSURANCE", "L6")]
public class LanguageHeaderTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    // Kestrel takes 32 KB of headers.
    private const int Length = 30_000;
    private const long MostBytes = 2_000_000;

    private static readonly string OneTag = string.Join('-', Enumerable.Repeat("a", Length / 2));
    private static readonly string ManyTags = string.Join(',', Enumerable.Repeat("a-a", Length / 4));

    [Test]
    public void L6_A_long_header_is_read_with_little_work()
    {
        using var scope = Hub.Services.CreateScope();
        HttpContext Request()
        {
            var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
            http.Request.Headers.AcceptLanguage = OneTag;
            return http;
        }

        Request().Texts();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Request().Texts();
        Request().SetRequestLanguage(OneTag);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MostBytes));
    }

    [Test]
    public void L6_A_long_language_of_a_message_is_read_with_little_work()
    {
        var templates = Hub.Services.GetRequiredService<TemplateFolder>();
        templates.Find(TemplateKind.OtpEmail, "de-CH");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var template = templates.Find(TemplateKind.OtpEmail, OneTag);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MostBytes));
        Assert.That(template, Is.SameAs(templates.Find(TemplateKind.OtpEmail, "en")));
    }

    [Test]
    public async Task L6_What_stands_first_in_a_long_header_is_the_language_of_the_page()
    {
        foreach (var path in new[] { "/login", "/nowhere" })
        {
            var german = await new Browser(Client) { AcceptLanguage = $"x,de-CH-1996,{ManyTags}" }.GetAsync(path);
            var english = await new Browser(Client) { AcceptLanguage = OneTag }.GetAsync(path);

            Assert.That(
                (german.Document.DocumentElement.GetAttribute("lang"), english.Document.DocumentElement.GetAttribute("lang")),
                Is.EqualTo(("de", "en")), path);
        }
    }
}
