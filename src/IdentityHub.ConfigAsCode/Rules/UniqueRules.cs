using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Users;

namespace IdentityHub.ConfigAsCode;

/// <summary>Names that may be used once, over all files.</summary>
internal static class UniqueRules
{
    public static void Check(RuleContext context)
    {
        var document = context.Document;
        var clients = new Names(context);
        foreach (var client in document.Clients)
        {
            clients.Add(client, "client_id", client.ClientId);
            RefuseBuiltIn(context, client, "client_id", client.ClientId);
        }

        // An API resource introspects under its name, as a client.
        foreach (var resource in document.ApiResources)
        {
            clients.Add(resource, "name", resource.Name);
            RefuseBuiltIn(context, resource, "name", resource.Name);
        }

        // A client without an alias is called by its client_id; an alias may not be another's client_id.
        var aliases = new Names(context);
        foreach (var client in document.Clients.Where(client => client.HashAlias is null))
            aliases.Reserve(client, client.ClientId);
        foreach (var client in document.Clients.Where(client => client.HashAlias is not null))
            aliases.Add(client, "hash_alias", client.HashAlias);

        Check(context, document.Scopes, "name", scope => scope.Name);
        Check(context, document.Claims, "name", claim => claim.Name);
        Check(context, document.UserAttributes, "name", attribute => attribute.Name);
        Check(context, document.Organizations, "id", organization => organization.Id);
        Check(context, document.Roles, "name", role => role.Name);
        Check(context, document.Users, "id", user => user.Id == Guid.Empty ? null : user.Id.ToString());
        Check(context, document.Users, "user_name", user => Folded(user.UserName));
        Check(context, document.Users, "email", user => Folded(user.Email));
        Check(context, document.Users, "phone_number", user => user.PhoneNumber);
        Check(context, document.ApiKeys, "name", key => key.Name);
        Check(context, document.ApiKeys, "value", key => key.Sha256 is null ? null : Convert.ToBase64String(key.Sha256));
        Check(context, document.Tenants, "alias", tenant => tenant.Alias);
    }

    private static void RefuseBuiltIn(RuleContext context, ConfigDefinition definition, string key, string name)
    {
        if (BuiltInClients.All.Contains(name))
            context.Refuse(definition, $"is the name of a built-in client (that of the dialect {name}); choose another", key);
    }

    private static void Check<T>(RuleContext context, IReadOnlyList<T> definitions, string key, Func<T, string?> nameOf)
        where T : ConfigDefinition
    {
        var names = new Names(context);
        foreach (var definition in definitions)
            names.Add(definition, key, nameOf(definition));
    }

    private static string? Folded(string? name) => name is null ? null : NameNormalizer.Normalize(name);

    private sealed class Names(RuleContext context)
    {
        private readonly Dictionary<string, ConfigDefinition> _holders = new(StringComparer.Ordinal);

        public void Reserve(ConfigDefinition definition, string? name)
        {
            if (name is not null)
                _holders.TryAdd(name, definition);
        }

        public void Add(ConfigDefinition definition, string key, string? name)
        {
            if (name is not null && !_holders.TryAdd(name, definition))
                context.Refuse(definition, $"is already used at {context.PlaceOf(_holders[name])}; it must be unique", key);
        }
    }
}
