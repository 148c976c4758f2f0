using System.Security.Cryptography;
using IdentityHub.Storage.AccessTokens;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.RefreshTokens;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;

namespace IdentityHub.Storage.Tests;

/// <summary>A login with one refresh token, as <see cref="Given.LoginAsync"/> stores it.</summary>
public sealed record Login(User User, Session Session, RefreshTokenFamily Family, RefreshToken Token);

/// <summary>The rows that tests start from. Everything is valid at <paramref name="now"/> unless the test says otherwise.</summary>
public sealed class Given(HubDatabase database, DateTimeOffset now)
{
    public const string ClientId = "demo-web";

    /// <summary>Of every user.</summary>
    public const string SecurityStamp = "stamp";

    public HubDatabase Database => database;

    public static byte[] Hash() => RandomNumberGenerator.GetBytes(32);

    public HubDbContext NewContext() => database.NewContext();

    /// <summary>Stores rows.</summary>
    public async Task StoredAsync(params object[] rows)
    {
        await using var context = NewContext();
        context.AddRange(rows);
        await context.SaveChangesAsync();
    }

    /// <summary>A user of no organization with a name of its own.</summary>
    public User User(Action<User>? change = null)
    {
        var id = Guid.CreateVersion7();
        var user = new User { Id = id, UserName = $"user-{id:N}", CreatedAt = now, UpdatedAt = now, SecurityStamp = SecurityStamp };
        change?.Invoke(user);
        user.NormalizedUserName = NameNormalizer.Normalize(user.UserName!);
        user.NormalizedEmail = user.Email is null ? null : NameNormalizer.Normalize(user.Email);
        return user;
    }

    public async Task<User> StoredUserAsync(Action<User>? change = null)
    {
        var user = User(change);
        await StoredAsync(user);
        return user;
    }

    /// <summary>A session of an hour.</summary>
    public Session Session(User user) => new()
    {
        Id = Guid.CreateVersion7(),
        UserId = user.Id,
        EffectiveUserId = user.Id,
        EffectiveOrganizationId = user.OrganizationId,
        Endpoint = "connect/token",
        ClientId = ClientId,
        AuthenticatedAt = now,
        AuthenticationMethods = "pwd",
        CreatedAt = now,
        LastSeenAt = now,
        ExpiresAt = now.AddHours(1),
    };

    /// <summary>A family of 30 days.</summary>
    public RefreshTokenFamily Family(Session session) => new()
    {
        Id = Guid.CreateVersion7(),
        SessionId = session.Id,
        UserId = session.UserId,
        ClientId = ClientId,
        Scopes = "openid offline_access",
        AuthenticatedAt = session.AuthenticatedAt,
        CreatedAt = now,
        ExpiresAt = now.AddDays(30),
    };

    /// <summary>A refresh token of 15 minutes.</summary>
    public RefreshToken RefreshToken(RefreshTokenFamily family) =>
        new() { TokenHash = Hash(), FamilyId = family.Id, IssuedAt = now, ExpiresAt = now.AddMinutes(15) };

    /// <summary>An access token of 10 minutes of a client, or of a login.</summary>
    public AccessToken AccessToken(Login? login = null) => new()
    {
        TokenHash = Hash(),
        ClientId = ClientId,
        UserId = login?.User.Id,
        SessionId = login?.Session.Id,
        FamilyId = login?.Family.Id,
        Scopes = "orders.read orders.write",
        Audiences = "orders",
        IssuedAt = now,
        ExpiresAt = now.AddMinutes(10),
    };

    /// <summary>
    /// Stores a user in an organization, a session, a family and its first refresh token, each as <paramref name="change"/> leaves it.
    /// </summary>
    public async Task<Login> LoginAsync(Action<Login, Organization>? change = null)
    {
        var organization = new Organization { Id = $"org-{Guid.CreateVersion7():N}", Name = "Acme" };
        var user = User(user => user.OrganizationId = organization.Id);
        var session = Session(user);
        var family = Family(session);
        var login = new Login(user, session, family, RefreshToken(family));
        change?.Invoke(login, organization);
        await StoredAsync(organization, user, session, family, login.Token);
        return login;
    }
}
