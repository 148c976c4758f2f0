using IdentityHub.Server.Accounts;
using IdentityHub.Server.Settings;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Accounts;

/// <summary>The user <c>admin</c> of a first start in Development.</summary>
public class FirstAdministratorTests
{
    [Test]
    public async Task A_first_start_makes_an_administrator_whose_password_opens_the_control_room_and_a_second_start_none()
    {
        await using var hub = await Hub.StartAsync(Parts.Apis);
        var (first, second) = (StartOf(hub), StartOf(hub));
        await first.EnsureAsync(CancellationToken.None);
        await second.EnsureAsync(CancellationToken.None);
        var password = first.TakePassword();

        Assert.That((first.TakePassword(), second.TakePassword()), Is.EqualTo(((string?)null, (string?)null)), "it is shown once");
        var browser = new Browser(hub.Client);
        var page = await browser.FollowedAsync(await browser.LogInAsync(await browser.OpenAsync("/admin"), "admin", password!));
        Assert.That((page.Path, page.Status), Is.EqualTo(("/admin", 200)), page.Answer.Body);
        Assert.That(hub.Logs.ToString(), Does.Not.Contain(password));
    }

    [TestCase("development", false)]
    [TestCase("production", true)]
    public async Task Elsewhere_and_where_it_is_off_none_is_made(string stage, bool isOn)
    {
        await using var hub = await Hub.StartAsync(Parts.Apis);
        var start = StartOf(hub, stage, isOn);
        await start.EnsureAsync(CancellationToken.None);

        Assert.That(start.TakePassword(), Is.Null);
    }

    [Test]
    public async Task Where_there_is_an_administrator_none_is_made()
    {
        await using var hub = await Hub.StartAsync(Administrations.Config);
        var start = StartOf(hub);
        await start.EnsureAsync(CancellationToken.None);

        Assert.That(start.TakePassword(), Is.Null);
    }

    private static FirstAdministrator StartOf(Hub hub, string stage = "development", bool isOn = true) =>
        ActivatorUtilities.CreateInstance<FirstAdministrator>(
            hub.Services,
            Options.Create(new HubSettings { Stage = stage, ControlRoom = new ControlRoomSettings { FirstAdministrator = isOn } }));
}
