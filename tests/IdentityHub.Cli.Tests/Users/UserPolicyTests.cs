using System.Text.Json;
using IdentityHub.Cli.Users;
using IdentityHub.ConfigAsCode;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users;

/// <summary>One policy for the names and passwords of users, in whichever way a user comes to be.</summary>
public class UserPolicyTests
{
    private const string Good = "Correct-Horse-9";

    private const string Config =
        "clients: [{ client_id: app, token_endpoint_auth_method: none, grant_types: [password], scope: openid }]\n";

    // Name, e-mail address, whether a user may have that name. Sign-up asks for no address.
    private static readonly (string Name, string? Email, bool MayBe)[] Names =
    [
        ("dora", null, true), ("r1", null, true), ("10004711", null, true), ("j\u00fcrgen.m_\u00fcller-2", null, true),
        (new string('x', 64), null, true),
        (new string('x', 65), null, false), ("dora smith", null, false), ("-dora", null, false), ("dora'--", null, false),
        ("../dora", null, false),
        ("dora\u202ex", null, false), ("dora\u200bx", null, false), ("d\uff20ra", null, false), ("dora@example.com", null, false),
        ("+27761234567", null, false), ("0171 2345678", null, false),
        ("ed@example.com", "Ed@Example.com", true), ("ed@example.com", "other@example.com", false),
    ];

    // Of a user "dora-the-clerk".
    private static readonly (string Password, bool MayBe)[] Passwords =
    [
        (Good, true), ("correct horse battery staple", true), ("\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4", true),
        (new string('x', 1024), true),
        ("1234567", false), (new string('x', 1025), false), ("password1", false), ("QwertyUIOP", false), ("Dora-The-Clerk", false),
    ];

    [Test]
    public async Task Names_are_accepted_and_refused_alike_in_every_way()
    {
        await using var hub = await Hub.StartAsync(Config, settings: ("IdentityHub:Registration:Enabled", "true"));
        using var shell = new HubShell().With("ConnectionStrings__IdentityHub", hub.Installation.Database.ConnectionString);

        var differing = new List<string>();
        for (var i = 0; i < Names.Length; i++)
        {
            var (name, email, expected) = Names[i];
            if (email is null)
                await NoteAsync("sign-up", hub, name, expected, () => SignUpAsync(hub, name, Good));
            await NoteAsync("create", hub, name, expected, () => CreateAsync(hub, name, email, Good));
            await NoteAsync("import", hub, name, expected, async () =>
            {
                shell.WithFile($"{i}.jsonl", JsonSerializer.Serialize(new { user_name = name, email }));
                return (await shell.RunAsync("users", "import", $"{i}.jsonl")).ExitCode == 0;
            });
            if (IsAccepted(name, email, Good) != expected)
                differing.Add($"config: {name}");
        }

        Assert.That(differing, Is.Empty);

        async Task NoteAsync(string way, Hub hub, string name, bool expected, Func<Task<bool>> make)
        {
            if (await make() != expected)
                differing.Add($"{way}: {name}");
            await using var context = hub.NewContext();
            await context.Users.ExecuteDeleteAsync();
        }
    }

    [Test]
    public async Task Passwords_are_accepted_and_refused_alike_in_every_way()
    {
        const string name = "dora-the-clerk";
        await using var hub = await Hub.StartAsync(Config, settings: ("IdentityHub:Registration:Enabled", "true"));

        var differing = new List<string>();
        foreach (var (password, expected) in Passwords)
        {
            foreach (var (way, make) in new (string, Func<Task<bool>>)[]
                {
                    ("sign-up", () => SignUpAsync(hub, name, password)),
                    ("create", () => CreateAsync(hub, name, null, password)),
                })
            {
                if (await make() != expected)
                    differing.Add($"{way}: {password}");
                await using var context = hub.NewContext();
                await context.Users.ExecuteDeleteAsync();
            }

            if (IsAccepted(name, null, password) != expected)
                differing.Add($"config: {password}");

            // Of an application's call, whose user names are ids.
            if (!password.Equals(name, StringComparison.OrdinalIgnoreCase) && UserPolicy.FaultOf(password) is null != expected)
                differing.Add($"account: {password}");
        }

        Assert.That(differing, Is.Empty);
    }

    private static async Task<bool> SignUpAsync(Hub hub, string name, string password)
    {
        // Sign-ups are counted by address.
        hub.Time.Advance(TimeSpan.FromHours(1));
        var browser = new Browser(hub.Client);
        var page = await browser.GetAsync("/signup");
        var answer = await browser.SubmitAsync(
            page, (AngleSharp.Html.Dom.IHtmlFormElement)page.Document.QuerySelector("form[method=post]")!,
            ("username", name), ("password", password), ("repeated_password", password));
        Assert.That(answer.Status, Is.AnyOf(200, 400), answer.Path);
        return answer.Path == "/account";
    }

    private static async Task<bool> CreateAsync(Hub hub, string name, string? email, string password)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        var creation = ActivatorUtilities.CreateInstance<UserCreation>(scope.ServiceProvider);
        var wanted = new NewUser(Guid.CreateVersion7(), name, email, null, null, null, null, null, []);
        return (await creation.CreateAsync(wanted, [], password, CancellationToken.None)).Count == 0;
    }

    // As the loader of the files judges it.
    private static bool IsAccepted(string name, string? email, string password)
    {
        var folder = Directory.CreateTempSubdirectory("hub-policy-").FullName;
        try
        {
            var users = new { users = new[] { new { id = Guid.NewGuid(), user_name = name, email, password = $"plain:{password}" } } };
            File.WriteAllText(Path.Combine(folder, "users.json"), JsonSerializer.Serialize(users));
            return ConfigLoader.Load(folder, new ConfigContext(ConfigContext.Development, _ => null, TimeProvider.System)).Faults.Count
                == 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
