using System.Security.Cryptography;
using System.Text;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects.LoginSessions.Passwords;

[Spec("contracts/lsid-sessions.md", "PUT /password/{userId}")]
public class PasswordTests(DatabaseKind kind) : HubFixture(kind, Lsids.Config)
{
    private const string New = "Another-Pass-1234";

    [TestCase("""{"oldPassword":"Lsid-Pass-1234","newPassword":"Another-Pass-1234"}""")]
    [TestCase("""{"oldPasswordHash":"OLD","newPassword":"Another-Pass-1234"}""")]
    [TestCase("""{"oldPassword":"Lsid-Pass-1234","newPasswordHash":"NEW"}""")]
    [TestCase("""{"oldPasswordHash":"OLD","newPasswordHash":"NEW"}""")]
    public async Task A_password_is_changed_by_itself_or_by_its_hash_and_works_either_way_afterwards(string body)
    {
        await using var hub = await StartHubAsync();
        var (lsid, other) = (await hub.Client.LsidAsync("alice"), await hub.Client.LsidAsync("alice"));

        var changed = await ChangeAsync(
            hub, "alice", lsid,
            body.Replace("OLD", Sha256(Lsids.Password), StringComparison.Ordinal).Replace("NEW", Sha256(New), StringComparison.Ordinal));

        Assert.That(changed.Status, Is.EqualTo(200), changed.Body);
        Assert.That(
            ((await hub.Client.ShowAsync(lsid)).Status, (await hub.Client.ShowAsync(other)).Status), Is.EqualTo((200, 404)),
            "the others have ended");
        Assert.That((await hub.Client.AuthenticateAsync("alice")).Status, Is.EqualTo(401));
        Assert.That((await hub.Client.AuthenticateAsync("alice", New)).Status, Is.EqualTo(200));
        Assert.That((await HashLoginAsync(hub, "alice", Sha256(New))).Status, Is.EqualTo(200));
        Assert.That((await hub.Client.LoginAsync("web", "alice", New)).Status, Is.EqualTo(200));
    }

    [TestCase("oldPassword")]
    [TestCase("adminPassword")]
    public async Task A_change_of_ones_own_password_proves_the_password_and_makes_no_older_factor_fresh(string proof)
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("alice");
        await using var context = hub.NewContext();
        var sessions = context.Sessions.Where(session => session.UserId == Guid.Parse(Lsids.IdOf("alice")));
        await sessions.ExecuteUpdateAsync(
            rows => rows.SetProperty(row => row.AuthenticationMethods, "pwd otp mfa").SetProperty(row => row.HasRememberedFactor, true));
        hub.Time.Advance(TimeSpan.FromMinutes(1));

        var changed = await ChangeAsync(hub, "alice", lsid, $$"""{"{{proof}}":"{{Lsids.Password}}","newPassword":"{{New}}"}""");

        Assert.That(changed.Status, Is.EqualTo(200), changed.Body);
        Assert.That(
            await sessions.Select(row => new { row.AuthenticatedAt, row.AuthenticationMethods, row.HasRememberedFactor }).ToListAsync(),
            Is.EqualTo(
                new[] { new { AuthenticatedAt = hub.Time.GetUtcNow(), AuthenticationMethods = "pwd", HasRememberedFactor = false } }));
    }

    [Test]
    public async Task An_administrator_forces_a_password_with_his_own_and_every_session_of_the_user_ends()
    {
        await using var hub = await StartHubAsync();
        var (alice, bob, dora) = (
            await hub.Client.LsidAsync("alice"), await hub.Client.LsidAsync("bob"), await hub.Client.LsidAsync("dora"));

        var wrong = await ForceAsync(hub, "bob", alice, "wrong");
        var unable = await ForceAsync(hub, "bob", dora, Lsids.Password);
        var foreign = await ForceAsync(hub, "sam", alice, Lsids.Password);
        var higher = await ForceAsync(hub, "rita", alice, Lsids.Password);
        var forced = await ForceAsync(hub, "bob", alice, Lsids.Password);

        Assert.That(new[] { wrong, unable, foreign, higher }.Select(answer => (answer.Status, answer.Body)).Distinct(),
            Is.EqualTo(new[] { (404, """{"code":404,"message":"There is no user with this id and password."}""") }));
        Assert.That(forced.Status, Is.EqualTo(200), forced.Body);
        Assert.That((await hub.Client.ShowAsync(bob)).Status, Is.EqualTo(404));
        Assert.That((await hub.Client.AuthenticateAsync("bob", New)).Status, Is.EqualTo(200));
    }

    [Test, Spec("ASSURANCE", "S3")]
    public async Task S3_An_administrator_whose_session_ends_between_the_checks_and_the_change_sets_no_password()
    {
        await using var hub = await StartHubAsync();
        var (alice, bob) = (await hub.Client.LsidAsync("alice"), await hub.Client.LsidAsync("bob"));
        var (hasRead, hasEnded) = (false, 0);
        hub.BeforeStatement = async (sql, cancellationToken) =>
        {
            hasRead |= sql.Contains("WHERE s.handle_hash = ", StringComparison.Ordinal);
            if (!hasRead || sql != "BEGIN" || Interlocked.Exchange(ref hasEnded, 1) == 1)
                return;
            await hub.Services.GetRequiredService<SessionStore>().EndAllOfUserAsync(
                Guid.Parse(Lsids.IdOf("alice")), except: null, "ended_by_user", hub.Time.GetUtcNow(), onEnded: null, cancellationToken);
        };

        var forced = await ForceAsync(hub, "bob", alice, Lsids.Password);

        hub.BeforeStatement = null;
        Assert.That((forced.Status, hasEnded), Is.EqualTo((404, 1)), forced.Body);
        Assert.That((await hub.Client.ShowAsync(bob)).Status, Is.EqualTo(200));
        Assert.That((await hub.Client.AuthenticateAsync("bob")).Status, Is.EqualTo(200), "the password is the old one");
    }

    [Test, Spec("ASSURANCE", "S2")]
    public async Task S2_Nothing_about_credentials_changes_while_another_identity_is_assumed()
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("alice");
        await hub.Client.AssumeAsync(lsid, Lsids.IdOf("fay"));

        foreach (var name in new[] { "alice", "fay", "ed" })
        {
            Assert.That(
                (await ChangeAsync(hub, name, lsid, $$"""{"oldPassword":"{{Lsids.Password}}","newPassword":"{{New}}"}""")).Status,
                Is.EqualTo(401));
            Assert.That((await ForceAsync(hub, name, lsid, Lsids.Password)).Status, Is.EqualTo(401));
            Assert.That((await hub.Client.AuthenticateAsync(name)).Status, Is.EqualTo(200));
        }
    }

    [TestCase("""{"oldPassword":"Lsid-Pass-1234","newPassword":"short"}""")]
    [TestCase("""{"oldPassword":"Lsid-Pass-1234","newPassword":"password1"}""")]
    [TestCase("""{"oldPassword":"Lsid-Pass-1234","newPassword":"Lsid-Pass-1234"}""")]
    [TestCase("""{"oldPassword":"Lsid-Pass-1234","newPasswordHash":"5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"}""")]
    [TestCase("""{"oldPassword":"Lsid-Pass-1234","newPasswordHash":"0123"}""")]
    [TestCase("""{"oldPassword":"Lsid-Pass-1234"}""")]
    [TestCase("""{"oldPassword":"Lsid-Pass-1234","newPassword":"Another-Pass-1234","newPasswordHash":"x"}""")]
    [TestCase("""{"oldPassword":"Lsid-Pass-1234","adminPassword":"Lsid-Pass-1234","newPassword":"Another-Pass-1234"}""")]
    [TestCase("""{"newPassword":"Another-Pass-1234"}""")]
    [TestCase("""{"oldPassword":17,"newPassword":"Another-Pass-1234"}""")]
    [TestCase("""[]""")]
    public async Task A_bad_body_is_told_and_changes_nothing(string body)
    {
        var lsid = await Client.LsidAsync("alice");

        var answer = await ChangeAsync(Hub, "alice", lsid, body);

        Assert.That((answer.Status, answer["code"]), Is.EqualTo((400, "400")), answer.Body);
        Assert.That((await Client.AuthenticateAsync("alice")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_user_who_was_told_not_to_does_not_log_in_by_hash()
    {
        await using var hub = await StartHubAsync();
        await hub.ChangeUserAsync(Guid.Parse(Lsids.IdOf("alice")), user => user.HashLoginDisabled = true);

        Assert.That((await HashLoginAsync(hub, "alice", Sha256(Lsids.Password))).Status, Is.EqualTo(401));
        Assert.That((await hub.Client.AuthenticateAsync("alice")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task An_installation_that_does_not_take_hashes_takes_none()
    {
        await using var hub = await Hub.StartAsync(
            Lsids.Config.Replace("enabled: true, reset", "enabled: true, password_hash_login: false, reset", StringComparison.Ordinal),
            Kind);

        Assert.That((await HashLoginAsync(hub, "alice", Sha256(Lsids.Password))).Status, Is.EqualTo(401));
        Assert.That((await hub.Client.AuthenticateAsync("alice")).Status, Is.EqualTo(200));
    }

    [TestCase("sha1")]
    [TestCase("md5")]
    public async Task An_older_kind_of_hash_works_from_the_next_login_on_and_dies_with_the_password(string kindOfHash)
    {
        await using var hub = await Hub.StartAsync(
            Lsids.Config.Replace(
                "enabled: true, reset", $"enabled: true, client_password_hash: {kindOfHash}, reset", StringComparison.Ordinal),
            Kind);
        var hash = ClientSentHash.Of(kindOfHash, Lsids.Password);

        Assert.That((await HashLoginAsync(hub, "alice", hash)).Status, Is.EqualTo(401), "nobody has seen her password yet");
        var lsid = await hub.Client.LsidAsync("alice");
        Assert.That((await HashLoginAsync(hub, "alice", hash.ToUpperInvariant())).Status, Is.EqualTo(200));
        Assert.That((await HashLoginAsync(hub, "alice", Sha256(Lsids.Password))).Status, Is.EqualTo(401), "another kind");

        var changed = await ChangeAsync(
            hub, "alice", lsid, $$"""{"oldPasswordHash":"{{hash}}","newPasswordHash":"{{ClientSentHash.Of(kindOfHash, New)}}"}""");
        Assert.That(changed.Status, Is.EqualTo(200), changed.Body);
        Assert.That((await HashLoginAsync(hub, "alice", hash)).Status, Is.EqualTo(401));
        Assert.That((await HashLoginAsync(hub, "alice", ClientSentHash.Of(kindOfHash, New))).Status, Is.EqualTo(200));
        Assert.That((await hub.Client.AuthenticateAsync("alice", New)).Status, Is.EqualTo(200));
        Assert.That(
            (await HashLoginAsync(hub, "alice", ClientSentHash.Of(kindOfHash, New))).Status, Is.EqualTo(200),
            "after the verifier was replaced by a better one");
    }

    [Test, Spec("ASSURANCE", "B2")]
    public async Task B2_A_block_by_failures_holds_for_password_and_hash_alike()
    {
        await using var hub = await StartHubAsync();
        for (var i = 0; i < 3; i++)
        {
            await hub.Client.AuthenticateAsync("bob", "wrong");
            await HashLoginAsync(hub, "bob", Sha256("wrong"));
        }

        var answers = new[] { await hub.Client.AuthenticateAsync("bob"), await HashLoginAsync(hub, "bob", Sha256(Lsids.Password)) };

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(423));
        Assert.That((await hub.Client.LoginAsync("web", "bob", Lsids.Password)).Status, Is.EqualTo(400));
    }

    [TestCase("alice")]
    [TestCase("alice@example.com")]
    [TestCase("%2B27761234567")]
    [Spec("contracts/lsid-sessions.md", "DELETE /authenticate/block/{username}")]
    public async Task Whoever_is_unblocked_logs_in_at_once_from_where_he_failed_under_whichever_name(string name)
    {
        await using var hub = await StartHubAsync();
        for (var i = 0; i < 6; i++)
            await hub.Client.AuthenticateAsync(name, "wrong");
        var blocked = await hub.Client.AuthenticateAsync(name);

        var unblocked = await hub.Client.CallAsync("DELETE", "/authenticate/block/alice", null, null, ("X-API-Key", Lsids.Key));

        Assert.That((blocked.Status, unblocked.Status, unblocked["failedAttempts"]), Is.EqualTo((423, 200, "0")));
        Assert.That((await hub.Client.AuthenticateAsync(name)).Status, Is.EqualTo(200));
        for (var i = 0; i < 6; i++)
            await hub.Client.AuthenticateAsync(name, "wrong");
        Assert.That((await hub.Client.AuthenticateAsync(name)).Status, Is.EqualTo(423), "the limit is what it was");
    }

    [Test, Spec("ASSURANCE", "L1")]
    public async Task L1_A_block_by_wrong_passwords_at_one_address_is_seen_and_lifted()
    {
        await using var hub = await StartHubAsync();
        await hub.Client.AuthenticateAsync("alice", "wrong");
        var free = await BlockAsync("GET");
        for (var i = 0; i < 5; i++)
            await hub.Client.AuthenticateAsync(i % 2 == 0 ? "alice" : "alice@example.com", "wrong");
        var blocked = await BlockAsync("GET");
        var lifted = await BlockAsync("DELETE");

        Assert.That(Seen(free), Is.EqualTo(("false", "1", "null")));
        Assert.That(Seen(blocked), Is.EqualTo(("true", "5", "2026-11-22T12:01:00Z")));
        Assert.That(Seen(lifted), Is.EqualTo(("false", "0", "null")));
        Assert.That((await hub.Client.AuthenticateAsync("alice")).Status, Is.EqualTo(200));

        Task<Answer> BlockAsync(string method) =>
            hub.Client.CallAsync(method, "/authenticate/block/alice", null, null, ("X-API-Key", Lsids.Key));

        static (string?, string?, string?) Seen(Answer answer) => (answer["blocked"], answer["failedAttempts"], answer["blockedUntil"]);
    }

    [Test, Spec("ASSURANCE", "S3")]
    public async Task S3_What_was_got_through_a_session_dies_with_the_old_password_although_the_session_goes_on()
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("alice");
        var (reference, jwt) = (
            (await hub.Client.TokenExchangeAsync("desk", lsid))["access_token"]!,
            (await hub.Client.TokenExchangeAsync("desk-jwt", lsid))["access_token"]!);
        hub.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(
            (await hub.Client.IsActiveAsync("desk", reference), await hub.Client.IsActiveAsync("desk-jwt", jwt)), Is.EqualTo((true, true)),
            "before");

        var changed = await ChangeAsync(hub, "alice", lsid, $$"""{"oldPassword":"{{Lsids.Password}}","newPassword":"{{New}}"}""");

        Assert.That((changed.Status, (await hub.Client.ShowAsync(lsid)).Status), Is.EqualTo((200, 200)));
        Assert.That(
            (await hub.Client.IsActiveAsync("desk", reference), await hub.Client.IsActiveAsync("desk-jwt", jwt)),
            Is.EqualTo((false, false)));
        Assert.That(
            (await hub.Client.TokenExchangeAsync("desk", reference, "urn:ietf:params:oauth:token-type:access_token")).Status,
            Is.EqualTo(400));
        Assert.That(
            await hub.Client.IsActiveAsync("desk", (await hub.Client.TokenExchangeAsync("desk", lsid))["access_token"]), Is.True,
            "got with the new one");
        Assert.That(
            await hub.Client.IsActiveAsync("desk-jwt", (await hub.Client.TokenExchangeAsync("desk-jwt", lsid))["access_token"]), Is.True);
    }

    [Test, Spec("ASSURANCE", "B2")]
    public async Task B2_An_administrator_s_block_holds_on_every_path_and_ends_with_it()
    {
        await using var hub = await StartHubAsync();
        var lsid = await hub.Client.LsidAsync("bob");
        await hub.Client.CallAsync("PUT", "/authenticate/block/bob", null, null, ("X-API-Key", Lsids.Key));
        int[] blocked =
        [
            (await hub.Client.AuthenticateAsync("bob")).Status, (await HashLoginAsync(hub, "bob", Sha256(Lsids.Password))).Status,
            (await hub.Client.LoginAsync("web", "bob", Lsids.Password)).Status,
            (await hub.Client.ShowAsync(lsid)).Status, (await hub.Client.TokenExchangeAsync("desk", lsid)).Status,
        ];
        var wrong = await hub.Client.AuthenticateAsync("bob", "wrong");
        await hub.Client.CallAsync("DELETE", "/authenticate/block/bob", null, null, ("X-API-Key", Lsids.Key));

        Assert.That(blocked, Is.EqualTo(new[] { 423, 423, 400, 404, 400 }));
        Assert.That(wrong.Status, Is.EqualTo(401), "who does not know the password learns nothing");
        Assert.That(
            ((await hub.Client.AuthenticateAsync("bob")).Status, (await hub.Client.ShowAsync(lsid)).Status), Is.EqualTo((200, 200)));
    }

    private static string Sha256(string password) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(password)));

    private static Task<Answer> HashLoginAsync(Hub hub, string name, string hash) =>
        hub.Client.CallAsync("POST", $"/authenticate/{name}", $$"""{"passwordHash":"{{hash}}"}""");

    private static Task<Answer> ChangeAsync(Hub hub, string name, string lsid, string body) =>
        hub.Client.CallAsync("PUT", $"/password/{Lsids.IdOf(name)};lsid={lsid}", body);

    private static Task<Answer> ForceAsync(Hub hub, string name, string lsid, string own) =>
        ChangeAsync(hub, name, lsid, $$"""{"adminPassword":"{{own}}","newPassword":"{{New}}"}""");
}
