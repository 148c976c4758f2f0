using IdentityHub.Storage.Users;

namespace IdentityHub.Benchmarks.Enumeration;

/// <summary>
/// What there may be behind a name that somebody types, and a user of each kind for every sample. ASSURANCE, Enumeration.
/// </summary>
internal static class UserStates
{
    /// <summary>What the others are compared with.</summary>
    public const string Reference = "exists";

    private static readonly Dictionary<string, Action<User>?> Changes = new()
    {
        [Reference] = user => user.EmailConfirmed = true,
        ["absent"] = null,
        ["disabled"] = user => user.DisabledAt = user.CreatedAt,
        ["locked"] = user => user.LockoutEnd = user.CreatedAt.AddDays(1),
        ["unverified"] = user => user.EmailConfirmed = false,
        ["no phone"] = user => user.PhoneNumber = null,
        ["no hash"] = user => user.PasswordHash = null,
    };

    public static IReadOnlyList<string> Names { get; } = [.. Changes.Keys];

    /// <summary>The address of one user, of the same length in every state.</summary>
    public static string AddressOf(string state, int sample) =>
        $"user-{Names.Index().Single(name => name.Item == state).Index}-{sample:00000}@example.com";

    /// <summary>His id.</summary>
    public static Guid IdOf(string state, int sample) =>
        new(Names.Index().Single(name => name.Item == state).Index, (short)(sample >> 16), (short)sample, [.. "enumerat"u8]);

    /// <summary>The users that there are, for so many samples of each state.</summary>
    public static IEnumerable<User> Users(int samples, string passwordHash, DateTimeOffset now)
    {
        foreach (var (state, change) in Changes)
        {
            if (change is null)
                continue;
            for (var sample = 0; sample < samples; sample++)
            {
                var id = IdOf(state, sample);
                var address = AddressOf(state, sample);
                var user = new User
                {
                    Id = id,
                    UserName = $"{id:N}",
                    NormalizedUserName = NameNormalizer.Normalize($"{id:N}"),
                    Email = address,
                    NormalizedEmail = NameNormalizer.Normalize(address),
                    PhoneNumber = $"+27{address[5]}{sample:000000000}",
                    PasswordHash = passwordHash,
                    SecurityStamp = $"{id:N}",
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                change(user);
                yield return user;
            }
        }
    }
}
