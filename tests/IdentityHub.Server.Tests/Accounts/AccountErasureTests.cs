using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Limits;
using IdentityHub.Server.Messaging;
using IdentityHub.Server.Messaging.Templates;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Storage.Counters;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Outbox;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Accounts;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
[Spec("contracts/service-user-and-client-accounts.md", "DELETE /v1/client/{user_id}")]
public class AccountErasureTests(DatabaseKind kind)
{
    private const string Browser = "Erasure-Browser/1.0";

    // What stays of a user: who it was is not among it.
    private static readonly string[] Staying =
    [
        nameof(User.Id), nameof(User.UserName), nameof(User.NormalizedUserName), nameof(User.SecurityStamp), nameof(User.ConcurrencyStamp),
        nameof(User.LockoutEnabled),
        nameof(User.CreatedAt), nameof(User.UpdatedAt), nameof(User.DisabledAt),
    ];

    [Test]
    public async Task Nothing_personal_stays_in_any_table_and_the_id_stays_as_a_tombstone()
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.Config, kind);
        hub.Client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Browser);
        var api = await hub.Client.ApiTokenAsync();
        var account = new TestAccount(Guid.NewGuid(), "erase-me@client.test", "Account-Pass-1", "");
        var signUp = await hub.Client.CallAsync(
            HttpMethod.Post, ServiceUsers.SignUpPath,
            account
                .SignUp(""","phone_number":"+27768888888","custom_data":{"nickname":"erase-me-too"}""")
                .Replace("Ann", "Eraseme", StringComparison.Ordinal),
            api);
        account = account with { ClientToken = signUp["client_token"]! };
        var elsewhere = await hub.Client.LoginAsync("app", account.Email, account.Password, "openid");
        await hub.ChangeUserAsync(account.Id, FillIn);
        string[] personal = ["erase-me", "Eraseme", "+27768888888", "27768888888", "Erase Street"];
        var before = await DumpAsync(hub);
        Assert.That(
            personal.Where(text => !before.Contains(text, StringComparison.OrdinalIgnoreCase)), Is.Empty, "the dump shows what there is");

        var erased = await hub.Client.CallAsync(HttpMethod.Delete, account.Path, """{"reason":"asked to"}""", api, account.ClientToken);

        Assert.That(erased.Status, Is.EqualTo(204), erased.ToString());
        var after = await DumpAsync(hub);
        Assert.That(personal.Where(text => after.Contains(text, StringComparison.OrdinalIgnoreCase)), Is.Empty);
        await using var context = hub.NewContext();
        var user = await context.Users.SingleAsync(user => user.Id == account.Id);
        Assert.That(FilledIn(context, user).Except(Staying), Is.Empty, "every property of a user that is not named here is erased");
        Assert.That((user.UserName, user.DisabledAt), Is.EqualTo((account.Id.ToString(), (DateTimeOffset?)FakeTime.Start)));
        Assert.That(await context.Sessions.CountAsync(session => session.UserId == account.Id), Is.Zero);
        Assert.That((await context.ClientAccounts.SingleAsync()).DeletedAt, Is.EqualTo(FakeTime.Start));

        await AssertDeadAsync(hub, api, account, elsewhere);
    }

    [Test]
    public async Task What_the_audit_trail_holds_of_the_person_goes_a_little_later_and_the_reason_stays()
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.Config, kind);
        var api = await hub.Client.ApiTokenAsync();
        var (account, other) = (await hub.Client.AccountAsync(api), await hub.Client.AccountAsync(api));
        await hub.Client.CallAsync(HttpMethod.Delete, account.Path, """{"reason":"asked\nto"}""", api, account.ClientToken);
        await using var context = hub.NewContext();
        var rows = context.AuditEvents.AsNoTracking().Where(row => row.UserId == account.Id);
        await Eventually.GetAsync(() => rows.Select(row => row.Type).ToListAsync(), types => types.Contains("session.ended"));

        // Clean-up looks every five minutes, and leaves what is younger than five.
        var left = await Eventually.GetAsync(
            () =>
            {
                hub.Time.Advance(TimeSpan.FromMinutes(5));
                return rows.Where(row => row.IpAddress != null).ToListAsync();
            },
            list => list.Count == 0);

        Assert.That(left, Is.Empty);
        Assert.That((await rows.SingleAsync(row => row.Type == "user.erased")).Detail, Does.StartWith("asked").And.EndWith("to"));
        Assert.That(
            await context.AuditEvents.CountAsync(row => row.UserId == other.Id && row.IpAddress != null), Is.Positive,
            "others keep theirs");
        Assert.That((await context.ClientAccounts.AsNoTracking().SingleAsync(row => row.UserId == account.Id)).TracesErasedAt, Is.Not.Null);
    }

    // Every column of every table is looked at: a table that is added later and names its user fails here until the erasure knows it.
    [Test]
    [Spec("ASSURANCE", "L12")]
    public async Task L12_No_row_of_any_table_names_an_erased_user_but_the_tombstone_and_the_audit_trail()
    {
        string[] mayName = ["users", "client_accounts", "audit_events"];
        await using var hub = await Hub.StartAsync(ServiceUsers.Config, kind);
        var api = await hub.Client.ApiTokenAsync();
        var account = await hub.Client.AccountAsync(api);
        await hub.Client.LoginAsync("app", account.Email, account.Password, "openid");
        await using var context = hub.NewContext();
        await AddRowsAsync(context, account.Id);
        var before = await TablesThatNameAsync(context, account.Id);
        Assert.That(
            before,
            Is.SupersetOf(
                new[]
                {
                    "sessions", "refresh_token_families", "consents", "access_tokens", "password_resets", "user_claims", "user_tokens",
                    "memberships",
                }));

        var erased = await hub.Client.CallAsync(HttpMethod.Delete, account.Path, """{"reason":"asked to"}""", api, account.ClientToken);

        Assert.That(erased.Status, Is.EqualTo(204), erased.ToString());
        Assert.That((await TablesThatNameAsync(context, account.Id)).Except(mayName), Is.Empty);
    }

    [Test]
    [Spec("ASSURANCE", "L12")]
    public async Task L12_Nothing_that_is_derived_from_an_erased_person_stays_in_any_column_under_their_names_and_addresses()
    {
        await using var hub = await Hub.StartAsync(ServiceUsers.ConfigWithCodes, kind);
        var api = await hub.Client.ApiTokenAsync();
        var account = new TestAccount(Guid.NewGuid(), "erase-me@client.test", "Account-Pass-1", "");
        const string Number = "+27768888888";
        var signUp = await hub.Client.CallAsync(
            HttpMethod.Post, ServiceUsers.SignUpPath, account.SignUp($",\"phone_number\":\"{Number}\""), api);
        account = account with { ClientToken = signUp["client_token"]! };
        foreach (var name in new[] { account.Email, Number, account.Id.ToString() })
            await hub.Client.LoginAsync("app", name, "a wrong password");
        await hub.Client.AskForResetAsync(account.Id.ToString(), account.Email);
        await hub.ResetTokenAsync();
        foreach (var address in new[] { account.Email, Number })
            await hub.Client.RedeemOtpAsync(address, Otps.Wrong(await hub.NewCodeAsync(address)));
        await using var context = hub.NewContext();
        var user = await context.Users.AsNoTracking().SingleAsync(user => user.Id == account.Id);
        var derived = DerivedFrom(hub, user);
        derived["an address that they wanted to prove"] = await AskForProofAsync(hub, account);
        var before = await EverythingAsync(hub, context);
        Assert.That(
            derived.Where(value => !before.Contains(value.Value, StringComparison.OrdinalIgnoreCase)).Select(value => value.Key), Is.Empty,
            "it was there");

        var erased = await hub.Client.CallAsync(HttpMethod.Delete, account.Path, """{"reason":"asked to"}""", api, account.ClientToken);

        Assert.That(erased.Status, Is.EqualTo(204), erased.ToString());
        var after = await EverythingAsync(hub, context);
        Assert.That(
            derived.Where(value => after.Contains(value.Value, StringComparison.OrdinalIgnoreCase)).Select(value => value.Key), Is.Empty);
    }

    // The address is nobody's: only the message says whose it may become.
    private static async Task<string> AskForProofAsync(Hub hub, TestAccount account)
    {
        const string Wanted = "wanted-address@client.test";
        var message = new AddressedMessage(
            Guid.CreateVersion7(hub.Time.GetUtcNow()), Wanted, TemplateKind.AddressCode.Name,
            new Dictionary<string, string> { ["code"] = "123456", ["minutes"] = "10" }, [], hub.Time.GetUtcNow().AddMinutes(10))
        {
            NotToOthersThan = account.Id,
        };
        await using var transaction = await hub.Services.GetRequiredService<Storage.HubDatabase>().BeginAsync(CancellationToken.None);
        await hub.Services.GetRequiredService<OutboxWriter>().AddAsync(
            transaction, AddressedMessage.Email, message, CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return Wanted;
    }

    // What a thief of the database could compare with.
    private static Dictionary<string, string> DerivedFrom(Hub hub, User user)
    {
        var (email, phone) = (OtpAddress.Of(user.Email!)!, OtpAddress.Of(user.PhoneNumber!)!);
        var codes = hub.Services.GetRequiredService<OtpCodes>();
        var values = new Dictionary<string, string>
        {
            ["e-mail address"] = user.Email!,
            ["phone number"] = user.PhoneNumber!,
            ["hash of the password"] = user.PasswordHash!,
            ["slot of the codes by e-mail"] = Convert.ToHexString(codes.SlotOf(email, new OtpPurpose("open"))),
            ["slot of the codes by text message"] = Convert.ToHexString(codes.SlotOf(phone, new OtpPurpose("open"))),
            ["failed passwords"] = Convert.ToHexString(
                AttemptGuard.KeysOf(AttemptKind.Password, AttemptSubject.AccountOf(user.Id)).First()),
            ["codes sent by e-mail in an hour"] = CountOf(LimitNames.OtpAddress, email.Key),
            ["codes sent by e-mail in half a minute"] = CountOf(LimitNames.OtpPause, email.Key),
            ["codes sent by text message in an hour"] = CountOf(LimitNames.OtpAddress, phone.Key),
            ["codes sent by text message in half a minute"] = CountOf(LimitNames.OtpPause, phone.Key),
            ["reset mails in an hour"] = CountOf(LimitNames.ResetMail, LimitNames.SubjectOf(user.Id)),
            ["failed codes"] = Convert.ToHexString(
                AttemptGuard.KeysOf(AttemptKind.OneTimePassword, AttemptSubject.AccountOf(user.Id)).First()),
        };
        return values;
    }

    private static string CountOf(string kind, string subject) => Convert.ToHexString(CounterKey.Of(LimitNames.Calls, kind, subject));

    // With what is wrapped in the outbox.
    private static async Task<string> EverythingAsync(Hub hub, Storage.HubDbContext context)
    {
        var dump = new System.Text.StringBuilder(await DumpAsync(hub));
        var protector = hub.Services.GetRequiredService<KeyProtector>();
        foreach (var message in await context.OutboxMessages.AsNoTracking().ToListAsync())
            dump.AppendLine(
                System.Text.RegularExpressions.Regex.Unescape(
                    System.Text.Encoding.UTF8.GetString(protector.Unwrap(OutboxContent.PurposeOf(message.Channel), message.WrappedPayload)))
            );
        return dump.ToString();
    }

    private static async Task AddRowsAsync(Storage.HubDbContext context, Guid userId)
    {
        context.Add(new Storage.Consents.Consent { UserId = userId, ClientId = "app", Scopes = "openid", GrantedAt = FakeTime.Start });
        context.Add(new Storage.AccessTokens.AccessToken
        {
            TokenHash = Guid.NewGuid().ToByteArray(),
            ClientId = "app",
            UserId = userId,
            Scopes = "openid",
            Audiences = "",
            IssuedAt = FakeTime.Start,
            ExpiresAt = FakeTime.Start.AddHours(1),
        });
        context.Add(new Storage.PasswordResets.PasswordReset
        {
            TokenHash = Guid.NewGuid().ToByteArray(),
            UserId = userId,
            SecurityStamp = "stamp",
            CreatedAt = FakeTime.Start,
            ExpiresAt = FakeTime.Start.AddHours(1),
        });
        context.Add(
            new Microsoft.AspNetCore.Identity.IdentityUserClaim<Guid>
            {
                UserId = userId,
                ClaimType = "nickname",
                ClaimValue = "Annie",
            });
        context.Add(
            new Microsoft.AspNetCore.Identity.IdentityUserToken<Guid>
            {
                UserId = userId,
                LoginProvider = "totp",
                Name = "key",
                Value = "secret",
            });
        context.Add(
            new Storage.Organizations.Membership
            {
                UserId = userId,
                OrganizationId = "acme",
                RoleId = await context.Roles.Select(role => role.Id).FirstAsync(),
            });
        await context.SaveChangesAsync();
    }

    // Of every column that holds ids of users, by its type, not by its name.
    private static async Task<List<string>> TablesThatNameAsync(Storage.HubDbContext context, Guid userId)
    {
        var naming = new List<string>();
        foreach (var table in context.Model.GetEntityTypes().Where(entity => entity.GetTableName() is not null))
        {
            foreach (
                var column in table.GetProperties().Where(property => property.ClrType == typeof(Guid) || property.ClrType == typeof(Guid?))
            )
            {
#pragma warning disable EF1002 // The names are those of the model, the value is a parameter.
                var count = context.Database.SqlQueryRaw<int>(
                    $"SELECT COUNT(*) AS \"Value\" FROM {table.GetTableName()} WHERE {column.GetColumnName()} = {{0}}", userId);
#pragma warning restore EF1002
                if (await count.SingleAsync() > 0)
                    naming.Add(table.GetTableName()!);
            }
        }

        return [.. naming.Distinct()];
    }

    private static void FillIn(User user)
    {
        user.EmailConfirmed = user.PhoneNumberConfirmed = user.TwoFactorEnabled = true;
        (user.Locale, user.HomeRegion, user.OrganizationId) = ("de-CH", "za", "acme");
        (user.StreetAddress, user.Locality, user.Region, user.PostalCode, user.Country) = (
            "1 Erase Street", "Eraseme", "Eraseme", "8000", "Eraseme");
        (user.NotBefore, user.LockoutEnd, user.AccessFailedCount) = (FakeTime.Start, FakeTime.Start, 3);
        (user.ClientVerifier, user.ClientVerifierStamp, user.HashLoginDisabled) = ("verifier-of-erase-me", user.SecurityStamp, true);
    }

    private static IEnumerable<string> FilledIn(Storage.HubDbContext context, User user) =>
        from property in context.Model.FindEntityType(typeof(User))!.GetProperties()
        let value = property.PropertyInfo!.GetValue(user)
        where value is not (null or false or 0)
        select property.Name;

    private static async Task AssertDeadAsync(Hub hub, string api, TestAccount account, Answer elsewhere)
    {
        Assert.That(
            (await hub.Client.CallAsync(HttpMethod.Put, account.Path, "{}", api, account.ClientToken)).Codes(),
            Is.EqualTo(["errors.auth.invalid"]));
        Assert.That(
            (await hub.Client.CallAsync(HttpMethod.Delete, account.Path, null, api, account.ClientToken)).Codes(),
            Is.EqualTo(["errors.auth.invalid"]));
        Assert.That((await hub.Client.IntrospectAsync("client-api", account.ClientToken))["active"], Is.EqualTo("false"));
        Assert.That((await hub.Client.GetAnswerAsync("/connect/userinfo", elsewhere["access_token"])).Status, Is.EqualTo(401));
        Assert.That((await hub.Client.RefreshAsync("app", elsewhere["refresh_token"]))["error"], Is.EqualTo("invalid_grant"));
        Assert.That((await hub.Client.LoginAsync("app", account.Id.ToString(), account.Password)).Status, Is.EqualTo(400));
        Assert.That((await hub.Client.AccountLoginAsync(api, account)).Codes(), Is.EqualTo(["errors.login.failed"]));

        // The id never again; the address is free.
        var again = await hub.Client.CallAsync(HttpMethod.Post, ServiceUsers.SignUpPath, account.SignUp(), api);
        Assert.That(again.Codes(), Is.EqualTo(["errors.conflict.id"]));
        var anew = await hub.Client.CallAsync(
            HttpMethod.Post, ServiceUsers.SignUpPath, (account with { Id = Guid.NewGuid() }).SignUp(), api);
        Assert.That(anew.Status, Is.EqualTo(200), anew.ToString());
    }

    private static async Task<string> DumpAsync(Hub hub)
    {
        var sqlite = hub.Database.Name == "sqlite";
        var tables = await hub
            .Database.Call(
                sqlite
                    ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                    : "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'")
            .ListAsync(row => row.Text(), default);
        var dump = new System.Text.StringBuilder();
        foreach (var table in tables)
        {
            var columns = sqlite
                ? await hub.Database.Call($"SELECT name FROM pragma_table_info('{table}')").ListAsync(row => row.Text(), default)
                : [];
            var text = sqlite
                ? string.Join(
                    " || '|' || ",
                    columns.Select(column =>
                        $"COALESCE(CASE WHEN typeof(\"{column}\") = 'blob' THEN lower(hex(\"{column}\")) ELSE CAST(\"{column}\" AS "
                            + "TEXT) END, '')"))
                : "t::text";
            foreach (var row in await hub.Database.Call($"SELECT {text} FROM \"{table}\" t").ListAsync(row => row.Text(), default))
                dump.AppendLine(row);
        }

        return dump.ToString();
    }
}
