using IdentityHub.Storage.Installation;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Db;

public class IssuerTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    private const string Refusal = "The database belongs to the installation https://id.example.com, and IdentityHub:Issuer is";

    [Test, Spec("ASSURANCE", "L9")]
    public async Task L9_Commands_of_another_installation_are_refused_until_it_says_that_it_has_moved()
    {
        await new InstallationMarks(Database.Open().Call)
            .WriteIssuerAsync("https://id.example.com", TimeProvider.System.GetUtcNow(), default);
        Shell.With("IdentityHub__Stage", "production").With("IdentityHub__Issuer", "https://other.example.com");

        var refused = await Shell.RunAsync("users", "list");
        var shown = await Shell.RunAsync("db", "issuer");
        var moved = await Shell.RunAsync("db", "issuer", "https://other.example.com");
        var admitted = await Shell.RunAsync("users", "list");

        Assert.That((refused.ExitCode, refused.Output), Is.EqualTo((1, "")));
        Assert.That(refused.Error, Does.StartWith(Refusal).And.Contain("hub db issuer https://other.example.com"));
        Assert.That((shown.ExitCode, shown.Output), Is.EqualTo((0, "https://id.example.com")), shown.Error);
        Assert.That((moved.ExitCode, moved.Output), Is.EqualTo((0, "https://other.example.com")), moved.Error);
        Assert.That(admitted.ExitCode, Is.Zero, admitted.Error);
    }

    [Test]
    public async Task The_doctor_names_the_other_installation()
    {
        await new InstallationMarks(Database.Open().Call)
            .WriteIssuerAsync("https://id.example.com", TimeProvider.System.GetUtcNow(), default);

        var found = await Shell.With("IdentityHub__Stage", "production").With("IdentityHub__Issuer", "https://localhost:1")
            .With("COLUMNS", "400").RunAsync("doctor");

        Assert.That(found.ExitCode, Is.EqualTo(1));
        Assert.That(found.Output, Does.Match("FAULT +installation +" + Refusal));
    }

    [TestCase("http://id.example.com")]
    [TestCase("https://id.example.com/")]
    [TestCase("id.example.com")]
    public async Task What_is_no_issuer_changes_nothing(string url)
    {
        var refused = await Shell.RunAsync("db", "issuer", url);

        Assert.That((refused.ExitCode, refused.Output), Is.EqualTo((1, "")));
        Assert.That((await Shell.RunAsync("db", "issuer")).Output, Does.StartWith("No node has started"));
    }
}
