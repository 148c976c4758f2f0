namespace IdentityHub.ConfigAsCode;

/// <summary>
/// The times of secrets: one that has expired may stay with a live one; all of them would lock the holder out. In production no secret is
/// one of the files that are shipped for trying out.
/// </summary>
internal static class SecretRules
{
    /// <param name="isEnabled">False: the holder may be left with expired secrets only, because it is refused anyway.</param>
    public static void Check(ConfigDefinition holder, IReadOnlyList<SecretDigest> secrets, bool isEnabled, RuleContext context)
    {
        for (var i = 0; i < secrets.Count; i++)
            RefuseDemo(holder, secrets[i].Digest, context, "client_secrets", i, "value");
        Check(holder, "client_secrets", [.. secrets.Select(secret => (secret.NotBefore, secret.ExpiresAt))], isEnabled, context);
    }

    /// <summary>Refuses a secret that is publicly known.</summary>
    /// <param name="digest">Null where it could not be read, which is a fault already.</param>
    public static void RefuseDemo(ConfigDefinition holder, byte[]? digest, RuleContext context, params ReadOnlySpan<object> steps)
    {
        if (context.Stage == ConfigContext.Production && digest is not null && DemoSecrets.Contains(digest))
            context.Refuse(
                holder,
                "is a secret of the files that are shipped for trying out, which everybody knows; make another one: openssl "
                    + "rand -base64 32",
                steps);
    }

    /// <inheritdoc cref="Check(ConfigDefinition, IReadOnlyList{SecretDigest}, bool, RuleContext)"/>
    public static void Check(
        ConfigDefinition holder, string key, IReadOnlyList<(DateTimeOffset? NotBefore, DateTimeOffset? ExpiresAt)> times, bool isEnabled,
        RuleContext context)
    {
        for (var i = 0; i < times.Count; i++)
        {
            if (times[i].NotBefore >= times[i].ExpiresAt)
                context.Refuse(holder, "must be later than not_before", key, i, "expires_at");
        }

        if (isEnabled && times.Count > 0 && times.All(time => time.ExpiresAt <= context.Now))
            context.Refuse(holder, "have all expired; add one, or set enabled: false", key);
    }
}
