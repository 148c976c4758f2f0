using System.Diagnostics;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Harness;

/// <summary>Where tests find their PostgreSQL. That a container really starts is not tried: it takes an engine.</summary>
public class PostgresSourceTests
{
    [TestCase(new[] { "Host=given", "Host=programs", "Host=container" }, "Host=given", 1)]
    [TestCase(new[] { null, "Host=programs", "Host=container" }, "Host=programs", 2)]
    [TestCase(new[] { "", "Host=programs", "Host=container" }, "Host=programs", 2)]
    [TestCase(new[] { null, null, "Host=container" }, "Host=container", 3)]
    public void The_first_source_that_has_a_server_is_taken_and_no_other_is_asked(string?[] servers, string taken, int asked)
    {
        var tries = 0;
        PostgresSource[] sources = [.. servers.Select(server => new PostgresSource("", () =>
        {
            tries++;
            return server;
        }))];

        Assert.That(PostgresSource.FindFirst(sources), Is.EqualTo(taken));
        Assert.That(tries, Is.EqualTo(asked));
    }

    [Test]
    public void A_server_that_is_there_and_does_not_start_is_not_passed_over()
    {
        PostgresSource[] sources =
        [
            new("", () => throw new InvalidOperationException("The disk is full.")), new("", () => "Host=container")
        ];

        Assert.That(() => PostgresSource.FindFirst(sources), Throws.InvalidOperationException.With.Message.EqualTo("The disk is full."));
    }

    [Test]
    public void Without_any_server_one_failure_says_of_all_three_how_to_get_one()
    {
        PostgresSource[] none = [.. PostgresCluster.Sources.Select(source => source with { Find = () => null })];

        var message = Assert.Throws<InvalidOperationException>(() => PostgresSource.FindFirst(none))!.Message;

        Assert.That(message, Does.Contain("1. A server of your own: set IDENTITYHUB_TEST_POSTGRES"));
        Assert.That(message, Does.Contain("2. PostgreSQL 14 or later on this machine: install it"));
        Assert.That(message, Does.Match(@"3\. A container: start Docker.* image postgres:\d+\.\d+"), "a pinned tag");
    }

    [Test]
    public void The_environment_comes_first()
    {
        var given = Environment.GetEnvironmentVariable(PostgresCluster.Variable);

        Assert.That(PostgresCluster.Sources[0].Find(), Is.EqualTo(given));
        if (!string.IsNullOrEmpty(given))
            Assert.That(PostgresCluster.ConnectionString, Is.EqualTo(given));
    }

    [Test]
    public async Task A_machine_without_programs_is_told_apart_from_programs_that_fail()
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "postgres.sh"), "start", "1"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["HUB_POSTGRES_PROGRAMS"] = "/nowhere";
        using var script = Process.Start(start)!;
        var errors = await script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();

        Assert.That(script.ExitCode, Is.EqualTo(3), errors);
        Assert.That(
            errors, Does.Contain("install the package 'postgresql'").And.Contain("IDENTITYHUB_TEST_POSTGRES").And.Contain("container"));
    }
}
