using System.Text.Json;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.Referrals;

namespace IdentityHub.Server.Dialects.OpenEndpoints;

/// <summary>
/// How a referral is written. The tenant sees all data of both users. Each of the two users sees all their own data and only the public
/// data of the other: a referral must not reveal an e-mail address.
/// </summary>
internal static class ReferralFields
{
    /// <summary>Of a referral, for the documentation.</summary>
    public static IReadOnlyList<Field> Members { get; } =
    [
        Field.Text("id", "The referral.") with { IsRequired = true, Format = "uuid" },
        User("referrerUser", "Whose code it was."),
        User("referredUser", "Who gave the code."),
        Field.Text("referralCodeUsed", "The code as it was then.") with { IsRequired = true, Example = "\"BOBTESTERSON\"" },
        new Field("dateReferralStarted", FieldType.Number, "Milliseconds since 1970.") { IsRequired = true, Example = "1764061200000" },
    ];

    /// <summary>Writes the members.</summary>
    public static void Write(Utf8JsonWriter json, StoredReferral referral, AdmittedCaller caller)
    {
        json.WriteString("id"u8, referral.Id);
        WriteUser(json, "referrerUser"u8, referral.Referrer, caller);
        WriteUser(json, "referredUser"u8, referral.Referred, caller);
        json.WriteString("referralCodeUsed"u8, referral.CodeUsed);
        json.WriteNumber("dateReferralStarted"u8, referral.CreatedAt.ToUnixTimeMilliseconds());
    }

    private static void WriteUser(Utf8JsonWriter json, ReadOnlySpan<byte> name, StoredTenantUser user, AdmittedCaller caller)
    {
        json.WriteStartObject(name);
        if (caller.Token is not { } token || (token.AccountId == user.AccountId && token.UserId == user.Id))
            TenantUserFields.Write(json, user);
        else
            TenantUserFields.WritePublic(json, user);
        json.WriteEndObject();
    }

    private static Field User(string name, string description) =>
        new(
            name, FieldType.Object,
            description + " To an API key, and to the users themselves, the whole user; to the other, the public part.")
        {
            IsRequired = true,
            Members = TenantUserFields.Whole,
        };
}
