using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Users;

namespace IdentityHub.ConfigAsCode;

/// <summary>Organizations form a forest; built-in roles stay as they are.</summary>
internal static class OrganizationRules
{
    public static void Check(RuleContext context)
    {
        var parents = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var organization in context.Document.Organizations.Where(organization => organization.Id is not null))
            parents.TryAdd(organization.Id, organization.Parent);

        var owners = new Dictionary<string, OrganizationDefinition>(StringComparer.OrdinalIgnoreCase);
        foreach (var organization in context.Document.Organizations)
        {
            if (organization.MfaGraceUntil is not null && !organization.RequireMfa)
                context.Refuse(organization, "has no effect without require_mfa: true", "mfa_grace_until");
            CheckDomains(organization, owners, context);
            if (organization.Parent is not { } parent)
                continue;
            context.RequireKnown(organization, "organization", "organizations", parent, context.Organizations, "parent");
            if (organization.Id is { } id && IsAboveItself(id, parents))
                context.Refuse(organization, $"'{parent}' makes a circle: '{id}' would lie below itself", "parent");
        }

        foreach (var role in context.Document.Roles)
        {
            if (role.MfaGraceUntil is not null && !role.RequireMfa)
                context.Refuse(role, "has no effect without require_mfa: true", "mfa_grace_until");
            if (role.Name is { } name && BuiltInRoles.All.Contains(name))
                context.Refuse(role, $"'{name}' is built in; choose another name", "name");
        }
    }

    // A domain has one owner: its addresses are verified by the owner's word.
    private static void CheckDomains(
        OrganizationDefinition organization, Dictionary<string, OrganizationDefinition> owners, RuleContext context)
    {
        for (var i = 0; i < organization.EmailDomains.Count; i++)
        {
            var domain = organization.EmailDomains[i];
            if (!EmailAddress.IsValid($"a@{domain}") || !domain.Contains('.', StringComparison.Ordinal))
                context.Refuse(organization, $"'{domain}' is no domain; it must be something like example.com", "email_domains", i);
            else if (!owners.TryAdd(domain, organization))
                context.Refuse(
                    organization, $"is already used at {context.PlaceOf(owners[domain])}; a domain has one organization",
                    "email_domains", i);
        }
    }

    private static bool IsAboveItself(string id, Dictionary<string, string?> parents)
    {
        // Bounded by the number of organizations: a circle further up that does not hold this one is another's fault.
        var above = parents[id];
        for (var steps = 0; above is not null && steps < parents.Count; steps++)
        {
            if (above == id)
                return true;
            above = parents.GetValueOrDefault(above);
        }

        return false;
    }
}
