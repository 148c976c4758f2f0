using System.Globalization;
using IdentityHub.Storage.SecondFactors;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Users.Import;

/// <summary>A user as a record describes one, found to be possible.</summary>
/// <param name="Described">Who it is.</param>
/// <param name="HasId">True when the record names the id; false when it was made for the record.</param>
/// <param name="Hash">That of the password in the older system; null for none.</param>
internal sealed record ImportedUser(NewUser Described, bool HasId, ImportedHash? Hash)
{
    /// <summary>Shortest secret of an authenticator app.</summary>
    public const int MinSecretBytes = 10;

    /// <summary>Longest secret of an authenticator app.</summary>
    public const int MaxSecretBytes = 64;

    private const int MaxLocaleLength = 35;
    private const int MaxRecoveryCodes = 50;

    public bool IsEmailVerified { get; private init; }

    public bool IsPhoneVerified { get; private init; }

    public bool IsDisabled { get; private init; }

    public string? Locale { get; private init; }

    /// <summary>The secret of the authenticator app; null for none.</summary>
    public byte[]? TotpSecret { get; private init; }

    /// <summary>Recovery codes that were not used yet.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; private init; } = [];

    /// <summary>Values of each claim that comes with the user, by its type.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Claims { get; private init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Texts of each attribute by its name; whether they are possible is up to the configuration.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Attributes { get; private init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Logins at other providers.</summary>
    public IReadOnlyList<ExternalLogin> ExternalLogins { get; private init; } = [];

    /// <summary>Reads a record.</summary>
    /// <returns>The user, or what is wrong, in sentences.</returns>
    public static (ImportedUser? User, string? Fault) Read(ImportRecord record, ImportOptions options)
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
            id, record.Values.GetValueOrDefault(ImportColumns.UserName, ""), Value(ImportColumns.Email),
            TypedPhoneNumber.Read(Value(ImportColumns.PhoneNumber), options.PhoneRegion), Value(ImportColumns.GivenName),
            Value(ImportColumns.FamilyName), Value(ImportColumns.Region), Value(ImportColumns.Organization),
            [
                .. (Value(ImportColumns.Roles) ?? "")
                    .Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries)
                    .Distinct(StringComparer.Ordinal)
            ]);
        if (faults.Count == 0)
            faults.AddRange(described.Faults());
        var (hash, hashFault) = ImportedHash.Read(Value(ImportColumns.PasswordHash), Value(ImportColumns.PasswordSalt), options);
        if (hashFault is not null)
            faults.Add(hashFault);
        var totp = Value(ImportColumns.TotpSecret) is { } secret ? Base32.Read(secret) : null;
        if (Value(ImportColumns.TotpSecret) is not null && totp is not { Length: >= MinSecretBytes and <= MaxSecretBytes })
            faults.Add($"The secret of the authenticator app is no base32 of {MinSecretBytes} to {MaxSecretBytes} bytes.");
        string?[] codes =
        [
            .. (Value(ImportColumns.RecoveryCodes) ?? "").Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries)
                .Select(RecoveryCodeHasher.Read),
        ];
        if (codes.Contains(null) || codes.Length > MaxRecoveryCodes)
            faults.Add(
                $"Recovery codes have {RecoveryCodeHasher.Length} letters and digits each, and there are {MaxRecoveryCodes} at most.");
        if (codes.Length > 0 && totp is null)
            faults.Add("Recovery codes belong to a second factor: 'totp_secret' is missing.");
        var (logins, loginFault) = ExternalLogin.Read(
            Value(ImportColumns.ExternalLogins), Named(record, ImportColumns.ExternalLoginPrefix));
        if (loginFault is not null)
            faults.Add(loginFault);
        if (Value(ImportColumns.Locale) is { Length: > MaxLocaleLength })
            faults.Add($"The locale is longer than {MaxLocaleLength} characters.");

        var user = new ImportedUser(described, idText is not null, hash)
        {
            IsEmailVerified = Flag(ImportColumns.EmailVerified),
            IsPhoneVerified = Flag(ImportColumns.PhoneNumberVerified),
            IsDisabled = Flag(ImportColumns.Disabled),
            Locale = Value(ImportColumns.Locale),
            Attributes = Named(record, ImportColumns.AttributePrefix),
            Claims = Named(record, ImportColumns.ClaimPrefix),
            ExternalLogins = logins,
            TotpSecret = totp,
            RecoveryCodes = [.. codes.OfType<string>().Distinct(StringComparer.Ordinal)],
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

    private static Dictionary<string, IReadOnlyList<string>> Named(ImportRecord record, string prefix) =>
        record.Values.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(
            pair => pair.Key[prefix.Length..],
            IReadOnlyList<string> (pair) => pair.Value.Split(
                ImportColumns.ListSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            StringComparer.Ordinal);

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
        user.PasswordHash = Hash?.ToStored(hasher);
        user.TwoFactorEnabled = TotpSecret is not null;
        user.ImportedAt = now;
        return user;
    }

    public override string ToString() => $"{nameof(ImportedUser)} {{ {Described.UserName} }}";
}
