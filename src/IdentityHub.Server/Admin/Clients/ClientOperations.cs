using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Admin.Objects;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.Clients;

namespace IdentityHub.Server.Admin.Clients;

/// <summary>What there is of clients besides the operations of every kind of objects.</summary>
internal sealed class ClientOperations(ObjectAdministration objects, ClientSecretUseStore uses)
{
    private static readonly ObjectArea s_area = ObjectAreas.Clients;

    private static readonly Field[] s_secret =
    [
        new("number", FieldType.Number, "Its place in `client_secrets`, from 1.") { IsRequired = true },
        Field.Text("state", "`live`, `expired` or `not_yet`.") with { IsRequired = true },
        Field.Text("algorithm", "`sha256` or `sha512`.") with { IsRequired = true },
        Field.Text("not_before", "It counts from this time on.") with { IsRequired = true, MayBeNull = true, Format = "date-time" },
        Field.Text("expires_at", "It counts until this time.") with { IsRequired = true, MayBeNull = true, Format = "date-time" },
        Field.Text("last_used_at", "Right to the minute; null where no use is remembered.") with
        {
            IsRequired = true, MayBeNull = true, Format = "date-time",
        },
    ];

    private static readonly Field[] s_partner =
    [
        Field.Text("client_id", "The partner. 1 to 200 visible ASCII characters.") with
        {
            IsRequired = true, MaxLength = 200, Example = "\"partner-8\"",
        },
        Field.Text("client_name", "What administrators see.") with { MaxLength = 200 },
        Field.Text("organization", "The organization that the partner belongs to.") with { MaxLength = 64 },
    ];

    /// <summary>All of them.</summary>
    public IEnumerable<AdminOperation> All =>
    [
        new("GET", "/clients/{client_id}/secrets", s_area.Area, "adminListClientSecrets", "Lists the secrets of a client")
        {
            Text =
                "With their times and their last use: an old secret can go when only the new one is used. No secret and no digest is "
                    + "shown.",
            Permission = s_area.ReadPermission,
            Answer = AdminDescriptions.PageOf(s_secret),
            Handle = ListSecretsAsync,
        },
        new("POST", "/clients/partners", s_area.Area, "adminCreatePartner", "Makes the pair of a partner")
        {
            Text =
                "Makes a client of the older API `hash-secret`. The partner is given `hash_alias`, which they send as `hash`, and the "
                    + "secret of `generated_secrets`, which is shown once.",
            Permission = s_area.WritePermission,
            Body = s_partner,
            Answer = ObjectView.FieldsOf(s_area, isChange: true),
            Success = StatusCodes.Status201Created,
            Handle = CreatePartnerAsync,
        },
    ];

    private async Task<Outcome<AdminAnswer>> ListSecretsAsync(AdminRequest request)
    {
        var found = await objects.FindAsync(s_area, request.Call, ObjectOperations.NameOf(s_area, request));
        if (!found.Succeeded)
            return found.Error;
        var client = (ClientDefinition)found.Value.Definition;
        var used = await uses.ListAsync(client.ClientId, request.Call.Cancelled);
        return AdminAnswer.All(client.ClientSecrets.Select((secret, index) => new
        {
            Number = index + 1,
            State = secret.ExpiresAt <= request.Call.Now ? "expired" : secret.NotBefore > request.Call.Now ? "not_yet" : "live",
            Algorithm = secret.Digest.Length == SHA512.HashSizeInBytes ? "sha512" : "sha256",
            secret.NotBefore,
            secret.ExpiresAt,
            LastUsedAt = used.TryGetValue(secret.Fingerprint, out var at) ? at : (DateTimeOffset?)null,
        }));
    }

    private Task<Outcome<AdminAnswer>> CreatePartnerAsync(AdminRequest request)
    {
        var body = new JsonObject
        {
            ["client_id"] = request.BodyText("client_id"),
            ["client_name"] = request.BodyText("client_name"),
            ["organization"] = request.BodyText("organization"),
            ["dialects"] = new JsonArray(DialectNames.HashSecret),
            ["hash_alias"] = RandomSecret.Create(),
            ["client_secrets"] = new JsonArray(new JsonObject { ["value"] = "generate:" }),
        };
        return objects.ChangeAsync(
            s_area, request.Call, new(ObjectVerb.Create, s_area.Kind, Name: null, JsonSerializer.SerializeToElement(body)));
    }
}
