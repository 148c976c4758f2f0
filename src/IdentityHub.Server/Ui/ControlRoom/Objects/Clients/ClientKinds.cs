using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.ControlRoom.Objects.Clients;

/// <summary>Makes the configuration of a new client of what somebody says of it in a form.</summary>
internal static class ClientKinds
{
    private const string Web = "web", Browser = "spa", Native = "native", Machine = "machine";
    private const string Kind = "kind", Id = "client_id", Name = "client_name", Addresses = "redirect_uris", Scope = "scope";
    private const string Contacts = "contacts", Organization = "organization";

    /// <summary>What a client can be, in order. Partners of the older API have a form of their own.</summary>
    private static readonly string[] s_kinds = [Web, Browser, Native, Machine];

    /// <summary>The fields of the form.</summary>
    /// <param name="typed">What was typed before; null for nothing.</param>
    public static IReadOnlyList<FormField> FieldsOf(IFormCollection? typed, Texts texts)
    {
        return
        [
            Field(Kind, "select") with
            {
                Options = [.. s_kinds.Select(kind => (kind, texts[$"cr.client.kind.{kind}"]))],
                Hint = texts["cr.client.kind.hint"],
            },
            Field(Id) with { IsRequired = true, MaxLength = 200 },
            Field(Name) with { MaxLength = 200 },
            Field(Addresses, "textarea") with { Hint = texts["cr.client.addresses.hint"] },
            Field(Scope) with { Hint = texts["cr.client.scope.hint"] },
            Field(Contacts, "textarea") with { Hint = texts["cr.client.contacts.hint"] },
            Field(Organization) with { MaxLength = 64 },
        ];

        FormField Field(string name, string kind = "text") =>
            new(name, ObjectForms.LabelOf(name, texts), kind, typed?[name].FirstOrDefault());
    }

    /// <summary>Why the form says of no kind of client; null where it does.</summary>
    public static Refusal? RefusalOf(IFormCollection form) => s_kinds.Contains(form[Kind].FirstOrDefault())
        ? null
        : Refusal.InvalidFields([new FieldFault(false, $"{FieldCheck.Root}.{Kind}", Kind, "is missing")]);

    /// <summary>The body of the new client; the rules of the configuration check it.</summary>
    public static JsonObject BodyOf(IFormCollection form)
    {
        var kind = form[Kind].FirstOrDefault();
        var body = new JsonObject
        {
            [Contacts] = ListOf(Contacts),
            ["grant_types"] = kind == Machine
                ? new JsonArray(GrantTypes.ClientCredentials)
                : new JsonArray(GrantTypes.AuthorizationCode, GrantTypes.RefreshToken),
        };
        foreach (var name in (string[])[Id, Name, Organization, Scope])
        {
            if (form[name].FirstOrDefault()?.Trim() is { Length: > 0 } text)
                body[name] = text;
        }

        if (kind != Machine)
        {
            body.TryAdd(Scope, "openid profile email");
            body["require_pkce"] = true;
            body[Addresses] = ListOf(Addresses);
        }

        if (kind is Web or Machine)
            body["client_secrets"] = new JsonArray(new JsonObject { ["value"] = "generate:" });
        else
            body["token_endpoint_auth_method"] = ClientAuthMethods.None;

        // A page in a browser calls the token endpoint from where it was loaded.
        if (kind == Browser)
            body["allowed_cors_origins"] = new JsonArray(
                [.. OriginsOf(ActionForms.LinesOf(form[Addresses].FirstOrDefault())).Select(origin => (JsonNode)origin)]);
        return body;

        JsonArray ListOf(string name) => new([.. ActionForms.LinesOf(form[name].FirstOrDefault()).Select(line => (JsonNode)line)]);
    }

    private static IEnumerable<string> OriginsOf(IEnumerable<string> addresses) => addresses
        .Select(address => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri : null)
        .Where(uri => uri is { Scheme: "https" or "http" })
        .Select(uri => uri!.GetLeftPart(UriPartial.Authority))
        .Distinct(StringComparer.Ordinal);
}
