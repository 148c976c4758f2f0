using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>Second factors over two nodes: a code works once, and guesses share one limit.</summary>
public class SecondFactorRaceTests
{
    [Test]
    [Spec("RFC 6238", "5.2")]
    public async Task Of_many_logins_at_once_with_one_code_over_two_nodes_one_succeeds()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var app = await a.SetUpAsync(SharedConfig.AliceId);
        var code = app.CodeAt(installation.Time.GetUtcNow());

        // Both nodes have read the row with the step unused before either uses it.
        var together = new Rendezvous(2);
        foreach (var node in new[] { a, b })
            together.At(node.Database, statement => statement.StartsWith("UPDATE totp_authenticators", StringComparison.Ordinal));
        var answers = await Requests.AtOnceAsync(2, [a.Client, b.Client], (node, _) => LoginAsync(node, code));

        Assert.That(together.Met, Is.True);
        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 200, 400 }));
    }

    [Test]
    public async Task Of_many_logins_at_once_with_one_recovery_code_over_two_nodes_one_succeeds()
    {
        await using var installation = await Installation.CreateAsync(CodeFlow.Config, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var (user, app) = await a.AddUserWithAppAsync();
        var pages = new List<(Browser Browser, Page Page)>();
        for (var i = 0; i < 8; i++)
        {
            var browser = new Browser(i % 2 == 0 ? a.Client : b.Client);
            pages.Add((browser, await browser.RecoverAsync(await browser.PasswordAsync(user))));
        }

        var answers = await Task.WhenAll(pages.Select(waiting => waiting.Browser.ProveAsync(waiting.Page, app.RecoveryCodes[0])));

        Assert.That(answers.Count(answer => answer.Path == "/account"), Is.EqualTo(1));
        await using var context = a.NewContext();
        Assert.That(await context.RecoveryCodes.CountAsync(code => code.UsedAt != null), Is.EqualTo(1));
    }

    [Test]
    [Spec("ASSURANCE", "B3")]
    public async Task B3_Of_two_hundred_parallel_guesses_over_two_nodes_no_more_than_five_are_evaluated_and_then_the_right_code_fails()
    {
        await using var installation = await Installation.CreateAsync(SharedConfig.Yaml, DatabaseKind.Postgres);
        var (a, b) = (await installation.StartNodeAsync(), await installation.StartNodeAsync());
        var app = await a.SetUpAsync(SharedConfig.AliceId);
        var evaluated = 0;
        foreach (var node in new[] { a, b })
        {
            node.BeforeStatement = (sql, _) =>
            {
                if (sql.Contains("last_used_at FROM totp_authenticators", StringComparison.Ordinal))
                    Interlocked.Increment(ref evaluated);
                return Task.CompletedTask;
            };
        }

        var now = installation.Time.GetUtcNow();
        var wrong = Enumerable.Range(0, 200).Select(i => app.WrongAt(now, i)).ToList();
        var answers = await Requests.AtOnceAsync(200, [a.Client, b.Client], (node, i) => LoginAsync(node, wrong[i]));

        Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(400, 503));
        Assert.That(evaluated, Is.InRange(1, 5));
        var right = await LoginAsync(b.Client, app.CodeAt(now));
        Assert.That((right.Status, evaluated), Is.EqualTo((400, evaluated)));
    }

    private static Task<Answer> LoginAsync(HttpClient node, string code) => node.LoginAsync(SharedConfig.App, more: [("otp", code)]);
}
