using IdentityHub.Protocol.Jose;

namespace IdentityHub.ConfigAsCode;

/// <summary>The public keys of clients: fit for what their assertions are signed with, and distinct.</summary>
internal static class JwksRules
{
    public static void Check(ClientDefinition client, RuleContext context)
    {
        if (client.Jwks?.Keys is not { } keys)
            return;

        var kids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < keys.Count; i++)
        {
            if (FaultOf(keys[i]) is { } fault)
                context.Refuse(client, fault, "jwks", "keys", i);
            if (keys.Count > 1 && keys[i].Kid is null)
                context.Refuse(client, "is missing; with several keys each needs a kid", "jwks", "keys", i, "kid");
            else if (keys[i].Kid is { } kid && !kids.Add(kid))
                context.Refuse(client, "is used twice in the set; each key needs its own", "jwks", "keys", i, "kid");
        }
    }

    private static string? FaultOf(JwkDefinition definition)
    {
        if (definition.ToKey(out var fault) is not { } key)
            return $"cannot be used: {fault!.TrimEnd('.')}";
        return ClientAssertionAlgorithms.All.Any(key.Fits)
            ? null
            : $"fits none of {string.Join(", ", ClientAssertionAlgorithms.All)}; make an EC key on P-256 or an RSA key";
    }
}
