using System.Globalization;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Users.Import;

/// <summary>A user as a record describes one, found to be possible.</summary>
/// <param name="Described">Who it is.</param>
/// <param name="PasswordHash">As an older system has stored it; null for none.</param>
/// <param name="Bare">The bare digest, hexadecimal, where it is one: it is wrapped before it is stored.</param>
internal sealed record ImportedUser(NewUser Described, string? PasswordHash, (BareDigest Algorithm, string Digest)? Bare)
{
    private const int MaxLocaleLength = 35;

    public bool IsEmailVerified { get; private init; }

    public bool IsPhoneVerified { get; private init; }

    public bool IsDisabled { get; private init; }

    public string? Locale { get; private init; }

    /// <summary>Reads a record.</summary>
    /// <param name="bareDigest">What a hash that is nothing but hexadecimal digits is; null: it is refused.</param>
    /// <returns>The user, or what is wrong, in sentences.</returns>
    public static (ImportedUser? User, string? Fault) Read(ImportRecord record, BareDigest? bareDigest)
    {
        if (record.Fault is not null)
            return (null, record.Fault);
        if (record.Values.FirstOrDefault(pair => pair.Value.Length > ImportColumns.MaxValueLength).Key is { } tooLong)
            return (null, $"'{tooLong}' is longer than {ImportColumns.MaxValueLength} characters.");
        if (record.Values.FirstOrDefault(pair => pair.Value.AsSpan().IndexOfAny('\0', '\uFFFD') >= 0).Key is { } garbled)
            return (null, $"'{garbled}' is not UTF-8, or has a character that cannot be stored.");

        var faults = new List<string>();
        var id = Guid.Empty;
        if (!record.Values.TryGetValue(ImportColumns.Id, out var idText))
            id = Guid.CreateVersion7();
        else if (!Guid.TryParse(idText, CultureInfo.InvariantCulture, out id))
            faults.Add($"The id '{idText}' is no UUID.");
        var described = new NewUser(
            id, record.Values.GetValueOrDefault(ImportColumns.UserName, ""), Value(ImportColumns.Email), Value(ImportColumns.PhoneNumber), Value(ImportColumns.GivenName),
            Value(ImportColumns.FamilyName), Value(ImportColumns.Region), Value(ImportColumns.Organization),
            [.. (Value(ImportColumns.Roles) ?? "").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)]);
        if (faults.Count == 0)
            faults.AddRange(described.Faults());
        var bare = BareOf(Value(ImportColumns.PasswordHash), bareDigest);
        if (Value(ImportColumns.PasswordHash) is { } hash && bare is null && !UserPasswordHasher.IsReadable(hash))
            faults.Add("The password hash is in none of the formats that can be checked.");
        if (Value(ImportColumns.Locale) is { Length: > MaxLocaleLength })
            faults.Add($"The locale is longer than {MaxLocaleLength} characters.");

        var user = new ImportedUser(described, bare is null ? Value(ImportColumns.PasswordHash) : null, bare)
        {
            IsEmailVerified = Flag(ImportColumns.EmailVerified),
            IsPhoneVerified = Flag(ImportColumns.PhoneNumberVerified),
            IsDisabled = Flag(ImportColumns.Disabled),
            Locale = Value(ImportColumns.Locale),
        };
        return faults.Count == 0 ? (user, null) : (null, string.Join(' ', faults));

        string? Value(string column) => record.Values.GetValueOrDefault(column);

        bool Flag(string column)
        {
            var text = Value(column)?.ToLowerInvariant();
            if (text is not (null or "true" or "false" or "1" or "0" or "t" or "f"))
                faults.Add($"'{column}' is 'true' or 'false'.");
            return text is "true" or "1" or "t";
        }
    }

    /// <summary>The row.</summary>
    public User ToUser(DateTimeOffset now, UserPasswordHasher hasher)
    {
        var user = Described.ToUser(now);
        user.EmailConfirmed = IsEmailVerified && user.Email is not null;
        user.PhoneNumberConfirmed = IsPhoneVerified && user.PhoneNumber is not null;
        user.NormalizedUserName = NameNormalizer.Normalize(Described.UserName);
        user.NormalizedEmail = Described.Email is { } email ? NameNormalizer.Normalize(email) : null;
        user.Locale = Locale;
        user.DisabledAt = IsDisabled ? now : null;
        user.LockoutEnabled = true;
        user.SecurityStamp = Guid.NewGuid().ToString("N");
        user.PasswordHash = Bare is { } bare ? hasher.Wrap(bare.Algorithm, bare.Digest) : PasswordHash;
        return user;
    }

    public override string ToString() => $"{nameof(ImportedUser)} {{ {Described.UserName} }}";

    // "sha256:…", "sha1:…", "md5:…", or the digits alone where the call says what they are.
    private static (BareDigest, string)? BareOf(string? hash, BareDigest? bareDigest)
    {
        if (hash is null)
            return null;
        foreach (var algorithm in Enum.GetValues<BareDigest>())
        {
            var prefix = $"{algorithm.ToString().ToLowerInvariant()}:";
            if (hash.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && IsDigest(hash[prefix.Length..], algorithm))
                return (algorithm, hash[prefix.Length..]);
        }

        return bareDigest is { } named && IsDigest(hash, named) ? (named, hash) : null;
    }

    private static bool IsDigest(string text, BareDigest algorithm) =>
        text.Length == algorithm switch { BareDigest.Sha256 => 64, BareDigest.Sha1 => 40, _ => 32 } && text.All(char.IsAsciiHexDigit);
}
