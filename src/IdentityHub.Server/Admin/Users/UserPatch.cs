using System.Text;
using System.Text.Json;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Users;

/// <summary>What a body makes of a user.</summary>
internal static class UserPatch
{
    /// <summary>The user with what a merge patch names in place of what they have.</summary>
    /// <returns>The refusal where the fields contradict each other; else the user.</returns>
    public static Outcome<AdministeredUser> Apply(AdministeredUser user, JsonElement patch)
    {
        var email = Text(patch, "email", user.Email);
        var phone = PhoneNumber.Normalize(Text(patch, "phone_number", user.PhoneNumber));
        var changed = user with
        {
            UserName = Text(patch, "user_name", user.UserName)!.Normalize(NormalizationForm.FormKC),
            Email = email,
            EmailVerified = Flag(patch, "email_verified", email == user.Email && user.EmailVerified),
            PhoneNumber = phone,
            PhoneNumberVerified = Flag(patch, "phone_number_verified", phone == user.PhoneNumber && user.PhoneNumberVerified),
            GivenName = Text(patch, "given_name", user.GivenName),
            FamilyName = Text(patch, "family_name", user.FamilyName),
            Locale = Text(patch, "locale", user.Locale),
            OrganizationId = Text(patch, "organization", user.OrganizationId),
        };
        List<FieldFault> faults = [];
        if (!UserPolicy.IsUserName(changed.UserName, changed.Email, changed.PhoneNumber))
            faults.Add(Fault("user_name", $"is no user name, which has {UserPolicy.UserNameRule}"));
        if (changed is { EmailVerified: true, Email: null })
            faults.Add(Fault("email_verified", "is true without an address"));
        if (changed is { PhoneNumberVerified: true, PhoneNumber: null })
            faults.Add(Fault("phone_number_verified", "is true without a number"));
        return faults.Count > 0 ? Refusal.InvalidFields(faults) : changed;
    }

    /// <summary>
    /// The refusal where an address becomes a proven one without its proof, which only those who change users everywhere may say:
    /// applications let in the user who has it, in every organization. Null when there is nothing to refuse.
    /// </summary>
    public static Refusal? ProofFault(AdminCall call, AdministeredUser user, AdministeredUser wanted)
    {
        if (call.Caller.Rights.HasEverywhere(Permissions.UserWrite))
            return null;
        const string Rule = "may be set to true only by who changes users of the whole installation; the user proves it otherwise";
        List<FieldFault> faults = [];
        if (wanted.EmailVerified && !(user.EmailVerified && user.Email == wanted.Email))
            faults.Add(Fault("email_verified", Rule));
        if (wanted.PhoneNumberVerified && !(user.PhoneNumberVerified && user.PhoneNumber == wanted.PhoneNumber))
            faults.Add(Fault("phone_number_verified", Rule));
        return faults.Count > 0 ? Refusal.InvalidFields(faults) : null;
    }

    /// <summary>True where an account without a proven address gets one.</summary>
    public static bool IsFirstProof(AdministeredUser user, AdministeredUser wanted) =>
        user is { EmailVerified: false, PhoneNumberVerified: false } && (wanted.EmailVerified || wanted.PhoneNumberVerified);

    /// <summary>The attributes that a body names.</summary>
    /// <param name="isNew">True: those that a user must have must be there.</param>
    public static Outcome<IReadOnlyList<AttributeChange>> Attributes(AttributeSchema schema, JsonElement body, bool isNew)
    {
        var changes = new List<AttributeChange>();
        var faults = new List<FieldFault>();
        if (body.TryGetProperty("attributes", out var attributes) && attributes.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in attributes.EnumerateObject())
            {
                var name = FieldCheck.Printable(member.Name);
                if (schema.Find(member.Name) is not { } definition)
                {
                    faults.Add(Fault($"attributes.{name}", "is not known here"));
                    continue;
                }

                var read = AttributeValues.Read(definition, member.Value);
                if (read.Change is { } change)
                    changes.Add(change);
                else
                    faults.Add(Fault($"attributes.{name}", read.Fault!));
            }
        }

        if (isNew)
            faults.AddRange(
                schema.All.Where(one => one.Required && changes.TrueForAll(change => change.Name != one.Name))
                    .Select(one => Fault($"attributes.{one.Name}", "is missing")));
        return faults.Count > 0 ? Refusal.InvalidFields(faults) : Outcome.Of<IReadOnlyList<AttributeChange>>(changes);
    }

    /// <summary>Values that belong to another user.</summary>
    /// <param name="fields">Their names.</param>
    public static Refusal Taken(IEnumerable<string> fields) => UserWrites.Taken with
    {
        Fields = [.. fields.Select(field => Fault(field, "belongs to another user"))],
    };

    private static FieldFault Fault(string field, string reason) =>
        new(false, $"{FieldCheck.Root}.{field}", field.Split('.')[^1], reason);

    private static string? Text(JsonElement patch, string name, string? old) =>
        patch.TryGetProperty(name, out var value) ? value.GetString() : old;

    private static bool Flag(JsonElement patch, string name, bool old) =>
        patch.TryGetProperty(name, out var value) && value.ValueKind is (JsonValueKind.True or JsonValueKind.False)
            ? value.GetBoolean()
            : old;
}
