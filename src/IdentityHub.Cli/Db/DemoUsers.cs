using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Sessions;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Db;

/// <summary>
/// Organizations, users and sessions for trying out. Everything follows from the seed and a number, so that the same ones are made
/// wherever and however often they are asked for.
/// </summary>
internal sealed class DemoUsers(int seed, int organizations, string? passwordHash, DateTimeOffset now)
{
    /// <summary>What the names of all users and the ids of all organizations begin with.</summary>
    public const string Prefix = "demo-";

    private const int MaxSessions = 3;

    private static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(12);

    private static readonly string[] GivenNames =
    [
        "Aisha", "Björn", "Chen", "Dora", "Emeka", "Fatima", "Giorgos", "Hana", "Ines", "Jamal", "Katarzyna", "Liam", "Mei", "Noor", "Olga",
        "Priya",
    ];

    private static readonly string[] FamilyNames =
    [
        "Andersson", "Botha", "Costa", "Dlamini", "Eriksen", "Fischer", "Garcia", "Haddad", "Ivanova", "Jansen", "Kim", "Lopez", "Müller",
        "Nkosi", "O'Brien", "Papadopoulos",
    ];

    private static readonly string[] Locales = ["de", "en", "en-ZA", "es", "fr", "nl", "pt", "sv"];

    private static readonly string[] Browsers =
    [
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/604.1",
    ];

    /// <summary>The organizations; every third lies below the one before it.</summary>
    public IEnumerable<Organization> Organizations() =>
        Enumerable.Range(0, organizations).Select(number => new Organization
        {
            Id = OrganizationId(number),
            Name = string.Create(CultureInfo.InvariantCulture, $"{FamilyNames[number % FamilyNames.Length]} & Co. {number + 1}"),
            ParentId = number % 3 == 2 ? OrganizationId(number - 1) : null,
        });

    /// <summary>The user with a number, counted from 0.</summary>
    public User UserOf(int number)
    {
        var chance = Chance($"user:{number}");
        var (given, family) = (GivenNames[chance[16] % GivenNames.Length], FamilyNames[chance[17] % FamilyNames.Length]);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number + 1:000000}");
        var email = $"{name}@example.com";
        return new User
        {
            Id = IdOf(chance),
            UserName = name,
            NormalizedUserName = NameNormalizer.Normalize(name),
            Email = email,
            NormalizedEmail = NameNormalizer.Normalize(email),
            EmailConfirmed = chance[18] % 8 != 0,
            GivenName = given,
            FamilyName = family,
            Locale = Locales[chance[19] % Locales.Length],
            OrganizationId = organizations == 0 ? null : OrganizationId(((chance[20] << 8) + chance[21]) % organizations),
            PasswordHash = passwordHash,
            SecurityStamp = Convert.ToHexString(chance),
            DisabledAt = chance[22] % 32 == 0 ? now : null,
            LockoutEnabled = true,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    /// <summary>The live logins of a user: up to three, none of a disabled one.</summary>
    public IEnumerable<Session> SessionsOf(User user, int number)
    {
        if (user.DisabledAt is not null)
            yield break;
        for (var i = 0; i < Chance($"sessions:{number}")[0] % (MaxSessions + 1); i++)
        {
            var chance = Chance($"session:{number}:{i}");
            var at = now - TimeSpan.FromMinutes(chance[16]);
            yield return new Session
            {
                Id = IdOf(chance),
                UserId = user.Id,
                EffectiveUserId = user.Id,
                EffectiveOrganizationId = user.OrganizationId,
                Endpoint = "login",
                AuthenticatedAt = at,
                AuthenticationMethods = "pwd",
                CreatedAt = at,
                LastSeenAt = at,
                ExpiresAt = at + SessionLifetime,
                IpAddress = string.Create(CultureInfo.InvariantCulture, $"192.0.2.{chance[17]}"),
                UserAgent = Browsers[chance[18] % Browsers.Length],
            };
        }
    }

    private static string OrganizationId(int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number + 1:00}");

    private byte[] Chance(string what) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}:{what}")));

    // RFC 9562 §5.8: made in a way of one's own.
    private static Guid IdOf(byte[] chance)
    {
        var bytes = chance[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
