namespace IdentityHub.ConfigAsCode;

/// <summary>The times of secrets. One that has expired may stay beside a live one; all of them would lock the holder out.</summary>
internal static class SecretRules
{
    public static void Check(ConfigDefinition holder, IReadOnlyList<SecretDigest> secrets, RuleContext context) =>
        Check(holder, "client_secrets", [.. secrets.Select(secret => (secret.NotBefore, secret.ExpiresAt))], context);

    public static void Check(
        ConfigDefinition holder, string key, IReadOnlyList<(DateTimeOffset? NotBefore, DateTimeOffset? ExpiresAt)> times, RuleContext context)
    {
        for (var i = 0; i < times.Count; i++)
        {
            if (times[i].NotBefore >= times[i].ExpiresAt)
                context.Refuse(holder, "must be later than not_before", key, i, "expires_at");
        }

        if (times.Count > 0 && times.All(time => time.ExpiresAt <= context.Now))
            context.Refuse(holder, "have all expired; add one, or set enabled: false", key);
    }
}
