using System.Diagnostics;
using IdentityHub.Server.Settings;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Settings;

/// <summary><c>dotnet run</c> is a Development server for a first look, and never overrides what the shell says.</summary>
[Spec("ASSURANCE", "L8")]
public class SourceRunTests
{
    [Test]
    public void L8_Without_any_setting_dotnet_run_is_Development() =>
        Assert.That(SourceRun.OptionsOf([SourceRun.Argument], ["PATH", "DOTNET_ROOT"]).EnvironmentName, Is.EqualTo("Development"));

    [TestCase("ASPNETCORE_ENVIRONMENT")]
    [TestCase("DOTNET_ENVIRONMENT")]
    [TestCase("ConnectionStrings__IdentityHub")]
    [TestCase("CONNECTIONSTRINGS__IDENTITYHUB")]
    [TestCase("IdentityHub__Issuer")]
    [TestCase("IdentityHub__KeyProtection__KeyFile")]
    public void L8_One_variable_of_the_shell_and_dotnet_run_chooses_no_environment(string variable) =>
        Assert.That(SourceRun.OptionsOf([SourceRun.Argument], ["PATH", variable]).EnvironmentName, Is.Null);

    [TestCase("--environment=Staging")]
    [TestCase("--environment")]
    [TestCase("--IdentityHub:Issuer=https://id.example.com")]
    [TestCase("--ConnectionStrings:IdentityHub")]
    public void L8_One_argument_and_dotnet_run_chooses_no_environment(string argument) =>
        Assert.That(SourceRun.OptionsOf([SourceRun.Argument, argument], []).EnvironmentName, Is.Null);

    [Test]
    public void L8_A_published_program_chooses_no_environment() => Assert.That(SourceRun.OptionsOf([], []).EnvironmentName, Is.Null);

    [TestCase("ASPNETCORE_ENVIRONMENT", "Production")]
    [TestCase("ASPNETCORE_ENVIRONMENT", "Staging")]
    [TestCase("ConnectionStrings__IdentityHub", null)]
    public async Task L8_Dotnet_run_in_a_shell_of_production_applies_nothing(string variable, string? value)
    {
        await using var database = await TestDatabase.CreateEmptyAsync(DatabaseKind.Sqlite);
        var start = new ProcessStartInfo("dotnet", SourceTree.RunArguments("src/IdentityHub.Server"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var inherited in start
                .Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || name == "DOTNET_ENVIRONMENT")
                .ToList())
            start.Environment.Remove(inherited);
        start.Environment["ConnectionStrings__IdentityHub"] = database.ConnectionString;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        if (value is not null)
            start.Environment[variable] = value;

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.That((process.ExitCode, await output), Is.EqualTo((1, "")), error);
        Assert.That(error, Does.Contain("IdentityHub:Issuer is missing"));
        var open = database.Open();
        Assert.That(await open.Call(open.AnyTableSql).FirstOrNullAsync(row => row.Text(), default), Is.Null, "no table was made");
    }
}
