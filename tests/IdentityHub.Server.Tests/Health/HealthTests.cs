using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Health;

public class HealthTests(DatabaseKind kind) : HubFixture(kind, Parts.Apis)
{
    [Test]
    public async Task The_process_says_that_it_lives()
    {
        var answer = await Client.GetAnswerAsync("/health/live");

        Assert.That((answer.Status, answer.Body, answer.Header("Cache-Control")), Is.EqualTo((200, """{"status":"live"}""", "no-store")));
    }

    [Test]
    public async Task Readiness_names_the_database_and_the_configuration_generation_in_force()
    {
        var answer = await Client.GetAnswerAsync("/health/ready");
        await using var context = Hub.NewContext();

        Assert.Multiple(() =>
        {
            Assert.That((answer.Status, answer["status"], answer["database"]), Is.EqualTo((200, "ready", "ok")));
            Assert.That(answer["database_system"], Is.EqualTo(Kind == DatabaseKind.Postgres ? "postgresql" : "sqlite"));
            Assert.That(answer["configuration_generation"], Is.EqualTo(context.ConfigGenerations.Single().Hash));
        });
    }
}
