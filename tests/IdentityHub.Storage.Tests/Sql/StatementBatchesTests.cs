using IdentityHub.Storage.AccessTokens;
using IdentityHub.Storage.Counters;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Sessions;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Sql;

/// <summary>
/// Calls that come at the same time are answered by one statement on PostgreSQL. What each of them is told must be what it would be told
/// alone.
/// </summary>
[TestFixture]
public class StatementBatchesTests
{
    private const int Many = 40;
    private static readonly DateTimeOffset Now = FakeTime.Start;
    private TestDatabase _storage = null!;
    private Given _given = null!;

    private ObservedDatabase Database => (ObservedDatabase)_given.Database;

    [SetUp]
    public async Task CreateDatabaseAsync()
    {
        _storage = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        _given = new Given(_storage.Open(), Now);
    }

    [TearDown]
    public async Task DropDatabaseAsync() => await _storage.DisposeAsync();

    [Test, Spec("ASSURANCE", "R3")]
    public async Task Refresh_tokens_of_many_and_one_presented_twice_are_exchanged_together_each_once()
    {
        var store = new RefreshTokenStore(Database);
        var logins = new List<Login>();
        for (var i = 0; i < Many; i++)
            logins.Add(await _given.LoginAsync());
        var presented = logins.Append(logins[5]).Append(logins[7]).Select(login => (login, Successor: Given.Hash())).ToList();

        var (answers, statements) = await TogetherAsync(
            presented, call => store.RotateAsync(
                call.login.Token.TokenHash, Given.ClientId, call.Successor, Now.AddDays(1), Now, CancellationToken.None));

        // Two statements of one call each, and one of all others. The two that lost ask alone, and then for the reason.
        Assert.That(statements, Is.EqualTo(3 + 4));
        Assert.That(answers.Count(answer => answer!.Rotated), Is.EqualTo(Many));
        await using var context = _given.NewContext();
        var stored = await context.RefreshTokens.ToListAsync();
        Assert.That(stored, Has.Count.EqualTo(2 * Many));
        foreach (var ((login, successor), answer) in presented.Zip(answers))
        {
            Assert.That(answer!.UserId, Is.EqualTo(login.User.Id));
            Assert.That(answer.UserName, Is.EqualTo(login.User.UserName));
            Assert.That(answer.FamilyId, Is.EqualTo(login.Family.Id));
            var used = stored.Single(token => token.TokenHash.SequenceEqual(login.Token.TokenHash));
            Assert.That(used.SuccessorHash!.SequenceEqual(successor), Is.EqualTo(answer.Rotated));
            Assert.That(
                stored.Any(token => token.TokenHash.SequenceEqual(successor) && token.FamilyId == login.Family.Id),
                Is.EqualTo(answer.Rotated));
        }
    }

    [Test]
    public async Task A_refresh_token_that_somebody_holds_keeps_no_other_waiting()
    {
        var store = new RefreshTokenStore(Database);
        var (held, free) = (await _given.LoginAsync(), await _given.LoginAsync());
        await using var holder = await Database.BeginAsync(CancellationToken.None);
        await holder.Call("SELECT token_hash FROM refresh_tokens WHERE token_hash = $1 FOR UPDATE")
            .With(held.Token.TokenHash).ListAsync(static row => row.Bytes(), CancellationToken.None);
        Login[] presented = [free, held, await _given.LoginAsync(), await _given.LoginAsync()];

        var calls = presented
            .Select(login => store.RotateAsync(
                login.Token.TokenHash, Given.ClientId, Given.Hash(), Now.AddDays(1), Now, CancellationToken.None))
            .ToList();
        var others = await Task.WhenAll(calls[0], calls[2], calls[3]);

        Assert.That(others.Select(answer => answer!.Rotated), Is.All.True);
        Assert.That(calls[1].IsCompleted, Is.False);
        await holder.DisposeAsync();
        Assert.That((await calls[1])!.Rotated, Is.True);
    }

    [Test]
    public async Task A_call_whose_values_theDatabase_refuses_takes_no_other_with_it()
    {
        var store = new AccessTokenStore(Database);
        var tokens = Enumerable.Range(0, 10).Select(_ => _given.AccessToken()).ToList();
        tokens[4].Actor = new string('x', 2000);

        var (answers, _) = await TogetherAsync(tokens, async token =>
        {
            try
            {
                await store.InsertAsync(token, CancellationToken.None);
                return null;
            }
            catch (PostgresException refused)
            {
                return refused;
            }
        });

        Assert.That(answers[4]!.SqlState, Is.EqualTo(PostgresErrorCodes.StringDataRightTruncation));
        Assert.That(answers.Count(answer => answer is null), Is.EqualTo(9));
        var (found, statements) = await TogetherAsync(tokens, token => store.FindAsync(token.TokenHash, CancellationToken.None));
        Assert.That(found.Select((token, i) => token is null == (i == 4)), Is.All.True);
        Assert.That(statements, Is.EqualTo(2));
    }

    [Test]
    public async Task Each_login_session_is_found_by_its_own_handle()
    {
        var store = new LoginSessionStore(Database);
        var sessions = new List<Session>();
        for (var i = 0; i < 10; i++)
        {
            var session = _given.Session(await _given.StoredUserAsync());
            session.HandleHash = Given.Hash();
            await _given.StoredAsync(session);
            sessions.Add(session);
        }

        byte[][] asked = [.. sessions.Select(session => session.HandleHash!), Given.Hash(), sessions[3].HandleHash!];
        var (found, statements) = await TogetherAsync(asked, hash => store.FindAsync(hash, CancellationToken.None));

        Assert.That(statements, Is.EqualTo(2));
        Assert.That(
            found.Select(session => session?.Id),
            Is.EqualTo(sessions.Select(session => (Guid?)session.Id).Append(null).Append(sessions[3].Id)));
    }

    [Test]
    public async Task Calls_under_three_keys_are_each_told_another_number_and_a_window_that_has_closed_begins_anew()
    {
        var store = new CallCounterStore(Database);
        byte[][] keys = [Given.Hash(), Given.Hash(), Given.Hash()];
        for (var i = 0; i < 3; i++)
            await store.CountAsync(keys[2], TimeSpan.FromSeconds(1), Now.AddMinutes(-1), CancellationToken.None);

        var (answers, statements) = await TogetherAsync(
            Enumerable.Range(0, 90).ToList(),
            i => store.CountAsync(keys[i % 3], TimeSpan.FromMinutes(1), Now, CancellationToken.None));

        Assert.That(statements, Is.EqualTo(2));
        for (var key = 0; key < 3; key++)
        {
            Assert.That(
                answers.Where((_, i) => i % 3 == key).Select(answer => answer.Calls).Order(), Is.EqualTo(Enumerable.Range(1, 30)));
        }

        Assert.That(answers.Select(answer => answer.EndsAt), Is.All.EqualTo(Now.AddMinutes(1)));
    }

    [Test]
    public async Task A_caller_who_leaves_takes_no_other_with_them()
    {
        var store = new CallCounterStore(Database);
        var key = Given.Hash();
        using var leaving = new CancellationTokenSource();
        var calls = new List<Task<CountedCalls>>();
        var held = Hold();
        for (var i = 0; i < 5; i++)
            calls.Add(store.CountAsync(key, TimeSpan.FromMinutes(1), Now, i == 2 ? leaving.Token : CancellationToken.None));
        await leaving.CancelAsync();
        held.SetResult();

        Assert.That(async () => await calls[2], Throws.InstanceOf<OperationCanceledException>());
        calls.RemoveAt(2);
        Assert.That((await Task.WhenAll(calls)).Select(answer => answer.Calls).Order(), Is.EqualTo((int[])[1, 2, 3, 4]));
    }

    [Test]
    public async Task ADatabase_that_fails_is_told_to_all_and_the_next_call_is_answered()
    {
        var store = new AccessTokenStore(Database);
        var fails = true;
        Database.BeforeStatement = (_, _) => fails ? throw new TimeoutException("none") : Task.CompletedTask;

        for (var i = 0; i < 5; i++)
            Assert.That(() => store.InsertAsync(_given.AccessToken(), CancellationToken.None), Throws.InstanceOf<TimeoutException>());
        fails = false;

        Assert.That(() => store.InsertAsync(_given.AccessToken(), CancellationToken.None), Throws.Nothing);
    }

    [Test]
    public async Task A_call_that_waits_too_long_for_the_statement_before_is_given_up_and_not_done()
    {
        var store = new CallCounterStore(Database);
        var key = Given.Hash();
        var held = Hold();
        var first = store.CountAsync(key, TimeSpan.FromMinutes(1), Now, CancellationToken.None);

        Assert.That(
            async () => await store.CountAsync(key, TimeSpan.FromMinutes(1), Now, CancellationToken.None),
            Throws.InstanceOf<TimeoutException>());
        held.SetResult();
        await first;

        Assert.That((await store.CountAsync(key, TimeSpan.FromMinutes(1), Now, CancellationToken.None)).Calls, Is.EqualTo(2));
    }

    // The first calls, each with a statement of its own, are on their way while the others come.
    private async Task<(List<TAnswer> Answers, int Statements)> TogetherAsync<TCall, TAnswer>(
        IReadOnlyList<TCall> calls, Func<TCall, Task<TAnswer>> run)
    {
        var held = Hold(out var statements);
        var running = calls.Select(run).ToList();
        held.SetResult();
        var answers = await Task.WhenAll(running);
        Database.BeforeStatement = null;
        return ([.. answers], statements());
    }

    private TaskCompletionSource Hold() => Hold(out _);

    private TaskCompletionSource Hold(out Func<int> statements)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var count = 0;
        Database.BeforeStatement = (_, _) =>
        {
            Interlocked.Increment(ref count);
            return held.Task;
        };
        statements = () => Volatile.Read(ref count);
        return held;
    }
}
