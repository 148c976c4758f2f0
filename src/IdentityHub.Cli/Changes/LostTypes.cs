namespace IdentityHub.Cli.Changes;

/// <summary>What an audit row from after a backup asks to be done again in the restored database.</summary>
[Flags]
internal enum Lost
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The user was erased.</summary>
    Erased = 1,

    /// <summary>The user was blocked or disabled.</summary>
    Blocked = 2,

    /// <summary>A block has ended; an administrator decides.</summary>
    Unblocked = 4,

    /// <summary>The password is not good any more.</summary>
    Password = 8,

    /// <summary>Something else that signs in is not good any more.</summary>
    Credential = 16,

    /// <summary>A second factor is lost.</summary>
    SecondFactor = 32,

    /// <summary>A passkey is lost.</summary>
    Passkey = 64,
}

/// <summary>Which types of audit rows <c>hub db restored --changes</c> reads.</summary>
internal static class LostTypes
{
    /// <summary>What each type of a row about a user asks for; the others ask for nothing.</summary>
    public static IReadOnlyDictionary<string, Lost> Of { get; } = new Dictionary<string, Lost>(StringComparer.Ordinal)
    {
        ["user.erased"] = Lost.Erased,
        ["user.blocked"] = Lost.Blocked,
        ["user.disabled"] = Lost.Blocked,
        ["user.unblocked"] = Lost.Unblocked,
        ["user.enabled"] = Lost.Unblocked,
        ["password.changed"] = Lost.Password,
        ["password.reset"] = Lost.Password,
        ["password.forced"] = Lost.Password,
        ["second_factor.removed"] = Lost.Credential,
        ["second_factor.reset"] = Lost.Credential,
        ["passkey.removed"] = Lost.Credential,
        ["user.address_changed"] = Lost.Credential,
        ["user.address_undone"] = Lost.Credential,

        // By the administration API.
        ["admin.user.blocked"] = Lost.Blocked,
        ["admin.user.disabled"] = Lost.Blocked,
        ["admin.user.unblocked"] = Lost.Unblocked,
        ["admin.user.enabled"] = Lost.Unblocked,
        ["admin.user.factor_removed"] = Lost.Credential,
        ["admin.user.factors_removed"] = Lost.Credential,
        ["admin.user.address_changed"] = Lost.Credential,

        // The first proof takes the account: all that the backup lets in is that of the person before. Decision 0014.
        ["user.address_confirmed"] = Lost.Password | Lost.Credential,

        // The password alone was not enough any more.
        ["second_factor.added"] = Lost.Password | Lost.SecondFactor,
        ["passkey.added"] = Lost.Passkey,
    };

    /// <summary>All that are read: of users and of API keys.</summary>
    public static IReadOnlyList<string> Read { get; } = [.. Of.Keys, ApiKeyEvents.Revoked, ApiKeyEvents.Rotated];
}
