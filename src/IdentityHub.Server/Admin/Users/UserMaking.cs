using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage;
using IdentityHub.Storage.Credentials;
using IdentityHub.Storage.UserAttributes;
using IdentityHub.Storage.Users;

namespace IdentityHub.Server.Admin.Users;

/// <summary>
/// Makes users for administrators: with a password, without one, or with an invitation, a link by mail with which the user sets one. In one
/// transaction with their roles, their attributes and the message.
/// </summary>
internal sealed class UserMaking(
    HubDatabase database, AdminWrites writes, NewPasswords passwords, Invitations invitations, ClientRegistry registry)
{
    // Who gives a role needs the scope of that area, in whichever request the role stands.
    private const string RolesArea = "roles";

    private static readonly AdministeredUser Blank = new(default, "", null, false, null, false, null, null, null, null);

    /// <summary>Makes a user of a body with the fields <see cref="UserFields.New"/>.</summary>
    public async Task<Outcome<AdminAnswer>> CreateAsync(AdminCall call, JsonElement body)
    {
        var described = UserPatch.Apply(Blank with { Id = Identifiers.NewId(call.Now) }, body);
        if (!described.Succeeded)
            return described.Error;
        var attributes = UserPatch.Attributes(registry.Current.Attributes, body, isNew: true);
        if (!attributes.Succeeded)
            return attributes.Error;
        var user = described.Value;
        var isInvited = body.TryGetProperty("invite", out var invite) && invite.ValueKind == JsonValueKind.True;
        if (isInvited && user.Email is null)
            return AdminProblems.Field("email", "is missing: an invitation is sent to it");
        if (UserPatch.ProofFault(call, Blank, user) is { } unproven)
            return unproven;
        if (!await UserAccess.ReachesAsync(database.Call, call, Permissions.UserWrite, user.OrganizationId))
            return AdminProblems.Field("organization", "is no organization in which you may make users");
        var hash = await HashAsync(body, user);
        if (hash is { Succeeded: false, Error: { } weak })
            return weak;
        return await InsertAsync(call, user, hash?.Value, RolesOf(body), attributes.Value, isInvited);
    }

    /// <summary>Makes a user of an organization without a password, and sends them the link to set one.</summary>
    /// <param name="body">With the fields <see cref="UserFields.Invitation"/>.</param>
    public async Task<Outcome<AdminAnswer>> InviteAsync(AdminCall call, string organizationId, JsonElement body)
    {
        if (!await UserAccess.ReachesAsync(database.Call, call, Permissions.OrganizationWrite, organizationId))
            return AdminProblems.NotFound(Reasons.ObjectOutOfReach);
        var described = UserPatch.Apply(
            Blank with
            {
                Id = Identifiers.NewId(call.Now),
                OrganizationId = organizationId,
                UserName = body.GetProperty("email").GetString()!,
            },
            body);
        if (!described.Succeeded)
            return described.Error;
        var attributes = UserPatch.Attributes(registry.Current.Attributes, body, isNew: true);
        return attributes.Succeeded
            ? await InsertAsync(call, described.Value, passwordHash: null, RolesOf(body), attributes.Value, isInvited: true)
            : attributes.Error;
    }

    // The mail with the link of an invitation is written in the same transaction.
    private async Task<Outcome<AdminAnswer>> InsertAsync(
        AdminCall call, AdministeredUser user, string? passwordHash, IReadOnlyList<string> roles, IReadOnlyList<AttributeChange> attributes,
        bool isInvited)
    {
        if (roles.Count > 0 && !call.Caller.MayWriteIn(RolesArea))
            return BearerResults.InsufficientScope(AdministrationScopes.WriteOf(RolesArea));
        var row = RowOf(user, passwordHash, call.Now);
        return await writes.RunAsync(call, user.Id, async change =>
        {
            var made = await AccountCreation.TryCreateAsync(change.Transaction, row, roles, attributes, call.Cancelled);
            if (RefusalOf(made.Faults) is { } fault)
                return fault;
            var path = await UserAccess.PathOfAsync(change.Transaction.Call, call, user.OrganizationId);
            if (made.Roles.Any(role => !UserAccess.MayGive(call, role.OrganizationId, path, role.Permissions)))
                return UserAccess.Exceeded;
            if (isInvited)
                await invitations.SendAsync(change, row);
            change.AnswersAbout = row.Id;
            var view = (await UserView.FindAsync(
                change.Transaction.Call, row.Id, registry.Current.Attributes, call.Cancelled))!.Value.View;
            await change.AuditAsync(
                isInvited ? AdminAuditTypes.UserInvited : AdminAuditTypes.UserCreated, $"users/{row.Id}", row.Id, before: null,
                view);
            return AdminAnswer.Created(view, $"/users/{row.Id}");
        });
    }

    private static Refusal? RefusalOf(IReadOnlyList<CreationFault> faults)
    {
        if (faults.Count == 0)
            return null;
        var other = faults.FirstOrDefault(fault => fault.Kind != CreationFaultKind.Taken);
        return other is null
            ? UserPatch.Taken(faults.Select(fault => fault.Field))
            : AdminProblems.Field(other.Field, $"is refused: '{FieldCheck.Printable(other.Value)}' does not exist there");
    }

    private async Task<Outcome<string>?> HashAsync(JsonElement body, AdministeredUser user)
    {
        if (!body.TryGetProperty("password", out var sent) || sent.GetString() is not { } password)
            return null;
        return passwords.RefusalOfChosen(password, user.UserName, user.Email) is { } weak
            ? AdminProblems.Field("password", $"is refused: {weak.Description}") with { Reason = weak.Reason }
            : await passwords.HashAsync(password);
    }

    private static IReadOnlyList<string> RolesOf(JsonElement body) =>
        body.TryGetProperty("roles", out var roles) && roles.ValueKind == JsonValueKind.Array
            ? [.. roles.EnumerateArray().Select(static role => role.GetString()!).Distinct(StringComparer.Ordinal)]
            : [];

    private static User RowOf(AdministeredUser user, string? passwordHash, DateTimeOffset now) => new()
    {
        Id = user.Id,
        UserName = user.UserName,
        Email = user.Email,
        EmailConfirmed = user.EmailVerified,
        PhoneNumber = user.PhoneNumber,
        PhoneNumberConfirmed = user.PhoneNumberVerified,
        GivenName = user.GivenName,
        FamilyName = user.FamilyName,
        Locale = user.Locale,
        OrganizationId = user.OrganizationId,
        PasswordHash = passwordHash,
        SecurityStamp = Guid.NewGuid().ToString("N"),
        LockoutEnabled = true,
        CreatedAt = now,
        UpdatedAt = now,
    };
}
