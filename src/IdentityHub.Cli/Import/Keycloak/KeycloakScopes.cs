using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Cli.Import.Keycloak;

/// <summary>Turns client scopes into scopes.</summary>
internal static class KeycloakScopes
{
    // Every realm has them.
    private static readonly string[] Own =
    [
        "roles", "web-origins", "microprofile-jwt", "acr", "basic", "service_account", "organization", "role_list", "saml_organization",
    ];

    public static List<ScopeDefinition> Convert(IEnumerable<SourceObject> sources)
    {
        var scopes = new Dictionary<string, ScopeDefinition>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            if (source.Text("name") is not { } name)
                source.ReportLeftOut("it has no name.");
            else if (StandardScopes.All.Contains(name))
                continue;
            else if (Own.Contains(name))
                source.ReportLeftOut(
                    name == "roles"
                        ? "roles of Keycloak (realm_access, resource_access) are in no token: APIs must look at scopes."
                        : "it is a scope of Keycloak itself.");
            else if (AdministrationScopes.All.Contains(name))
                source.ReportLeftOut("the name is that of the scope for administrators of this server.");
            else if (source.Text("protocol") is { } protocol and not "openid-connect")
                source.ReportLeftOut($"its protocol is {protocol}.");
            else if (!scopes.TryAdd(name, Convert(source, name)))
                source.ReportLeftOut("another scope of the source has the same name.");
        }

        return [.. scopes.Values];
    }

    private static ScopeDefinition Convert(SourceObject source, string name)
    {
        var attributes = source.Inner("attributes");
        attributes.Skip("include.in.token.scope", "display.on.consent.screen", "gui.order");
        var claims = new List<string>();
        foreach (var mapper in source.Objects("protocolMappers"))
        {
            if (mapper.Inner("config").Text("claim.name") is { } claim)
                claims.Add(claim);
            else
                mapper.Report("protocolMapper", mapper.Text("name"), "Mappers that make no claim by name have no counterpart.");
            mapper.Skip("id", "name", "protocol", "protocolMapper", "consentRequired", "consentText");
            mapper.ReportRest("There is no counterpart. It was left out.");
        }

        var text = attributes.Text("consent.screen.text");
        attributes.ReportRest("There is no counterpart. It was left out.");
        source.Skip("id", "protocol");
        var description = source.Text("description");
        source.ReportRest("There is no counterpart. It was left out.");

        // ${…} is a key of Keycloak's own translations.
        return new ScopeDefinition
        {
            Name = name,
            DisplayName = text?.Contains("${", StringComparison.Ordinal) == true ? null : text,
            Description = description,
            Claims = [.. claims.Distinct(StringComparer.Ordinal)],
        };
    }
}
