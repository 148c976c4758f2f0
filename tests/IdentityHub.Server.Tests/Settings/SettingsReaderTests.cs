using IdentityHub.Server.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Settings;

/// <summary>What stands in the environment or in <c>appsettings.json</c> is a setting of the right type, or is named as a fault.</summary>
public class SettingsReaderTests
{
    [TestCase("Sessions:IdleTimeout", "abc", "IdentityHub:Sessions:IdleTimeout is 'abc': it must be a time as hours:minutes:seconds")]
    [TestCase("Passwords:Iterations", "many", "IdentityHub:Passwords:Iterations is 'many': it must be a whole number.")]
    [TestCase("Passwords:Iterations", "99999999999", "IdentityHub:Passwords:Iterations is '99999999999': it must be a whole number.")]
    [TestCase(
        "Outbound:AllowPrivateAddresses", "maybe", "IdentityHub:Outbound:AllowPrivateAddresses is 'maybe': it must be true or false.")]
    [TestCase("Isuer", "https://id.example.com", "IdentityHub:Isuer is not a setting; did you mean 'Issuer'?")]
    [TestCase("Email:Smtp:Hots", "mail.example.com", "IdentityHub:Email:Smtp:Hots is not a setting; did you mean 'Host'?")]
    [TestCase("Sessions:Nothing", "1", "IdentityHub:Sessions:Nothing is not a setting; known here: ")]
    [TestCase("Sessions", "1", "IdentityHub:Sessions is a group of settings and has no value of its own; known here: ")]
    [TestCase("Issuer:Url", "https://id.example.com", "IdentityHub:Issuer:Url is not a setting: IdentityHub:Issuer has a value.")]
    public void A_key_that_does_not_exist_and_a_value_of_another_type_are_named(string key, string value, string fault)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Read((key, value)))!;

        Assert.That(refused.Failures, Has.Exactly(1).StartsWith(fault));
    }

    [Test]
    public void All_faults_are_named_at_once() =>
        Assert.That(
            Assert.Throws<OptionsValidationException>(() => Read(("Isuer", "x"), ("Sessions:Lifetime", "x")))!.Failures,
            Has.Exactly(2).Items);

    [Test]
    public void What_is_right_is_read_whatever_its_case()
    {
        var settings = Read(
            ("ISSUER", "https://id.example.com"),
            ("sessions:idletimeout", "00:30:00"),
            ("Outbound:AllowPrivateAddresses", "True"),
            ("Passwords:Iterations", "300000"));

        Assert.That(
            (settings.Issuer, settings.Sessions.IdleTimeout, settings.Outbound.AllowPrivateAddresses, settings.Passwords.Iterations),
            Is.EqualTo(("https://id.example.com", TimeSpan.FromMinutes(30), (bool?)true, 300_000)));
    }

    private static HubSettings Read(params (string Key, string Value)[] values)
    {
        var settings = new HubSettings();
        SettingsReader.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create($"{HubSettings.Section}:{pair.Key}", (string?)pair.Value)))
                .Build().GetSection(HubSettings.Section),
            settings);
        return settings;
    }
}
