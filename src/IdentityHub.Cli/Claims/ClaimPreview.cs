using System.Text.Json;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Claims;

/// <summary>The claims that a client gets, chosen by the code that the server chooses them with.</summary>
/// <param name="user">Null: the client acts for itself.</param>
/// <param name="scopes">Those that are granted.</param>
internal sealed class ClaimPreview(ConfigDocument document, ClientDefinition client, UserDetails? user, IReadOnlyList<string> scopes)
{
    private readonly ClaimCatalog _catalog = new(document);
    private readonly SortedSet<string> _leftOut = new(StringComparer.Ordinal);

    /// <summary>Claims that do not fit into a token, once the others have been read.</summary>
    public IReadOnlyCollection<string> LeftOut => _leftOut;

    /// <summary>Those of the access token; null for an opaque one.</summary>
    public JsonElement? AccessToken() => client.AccessTokenFormat == AccessTokenFormat.Reference
        ? null
        : Write(
            ClaimDestination.AccessToken, _catalog.OfAccessToken(scopes, Audiences), ClaimValues.MaxTokenLength, namesOrganization: true);

    /// <summary>Those of the <c>id_token</c>; null for none.</summary>
    public JsonElement? IdToken() => IsLogin
        ? Write(
            ClaimDestination.IdToken, _catalog.OfIdToken(scopes, client.IdTokenClaims, []), ClaimValues.MaxTokenLength,
            namesOrganization: false)
        : null;

    /// <summary>Those of userinfo; null where it refuses the token.</summary>
    public JsonElement? Userinfo() => IsLogin
        ? Write(ClaimDestination.Userinfo, _catalog.OfUserinfo(scopes, []), int.MaxValue, namesOrganization: false)
        : null;

    /// <summary>Those of introspection by the client itself.</summary>
    public JsonElement Introspection() =>
        Write(ClaimDestination.Introspection, _catalog.OfIntrospection(scopes, Audiences), int.MaxValue, namesOrganization: true);

    private bool IsLogin => user is not null && scopes.Contains(StandardScopes.OpenId, StringComparer.Ordinal);

    private IReadOnlyList<string> Audiences => new ScopeAudiences(document).Of(scopes);

    private JsonElement Write(
        ClaimDestination destination, IReadOnlyList<ConfiguredClaim> claims, int maxLength, bool namesOrganization)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("sub"u8, user?.Profile.UserId.ToString() ?? client.ClientId);
            if (namesOrganization && user?.OrganizationId is { } organization)
                json.WriteString(ClaimNames.OrganizationId, organization);
            ClaimJson.Write(json, ClaimValues.Of(client, destination));
            if (user is not null)
            {
                ClaimJson.Write(json, ClaimValues.Of(user, claims, maxLength, out var leftOut));
                _leftOut.UnionWith(leftOut);
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(text.ToArray());
    }
}
