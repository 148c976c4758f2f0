using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Storage.Users;

namespace IdentityHub.ConfigAsCode;

/// <summary>Users of the files: Development only; their roles and organization exist.</summary>
internal static class UserRules
{
    public static void Check(RuleContext context)
    {
        if (!context.IsDevelopment)
        {
            foreach (var part in context.Parts.Where(part => part.Root["users"] is not null))
            {
                context.Refuse(
                    part.Root,
                    $"users in files are for Development only (this is {context.Stage}); create them with: hub users create",
                    "users");
            }
        }

        var attributes = new UserAttributeValueRules(context);
        foreach (var user in context.Document.Users)
        {
            attributes.Check(user);
            if (user.UserName is { } name && !UserPolicy.IsUserName(name, user.Email, user.PhoneNumber))
                context.Refuse(user, $"is not a user name, which has {UserPolicy.UserNameRule}", "user_name");
            if (user.Email is { } email && !EmailAddress.IsValid(email))
                context.Refuse(user, "must be an address such as alice@example.com", "email");
            if (user.GivenName?.Length > UserPolicy.MaxPersonNameLength)
                context.Refuse(user, $"has more than {UserPolicy.MaxPersonNameLength} characters", "given_name");
            if (user.FamilyName?.Length > UserPolicy.MaxPersonNameLength)
                context.Refuse(user, $"has more than {UserPolicy.MaxPersonNameLength} characters", "family_name");
            if (user.Password?.Reveal() is { } password && UserPolicy.FaultOf(password, user.UserName) is { } fault)
                context.Refuse(user, UserPolicy.Describe(fault), "password");
            if (user.Organization is { } organization)
                context.RequireKnown(user, "organization", "organizations", organization, context.Organizations, "organization");
            for (var i = 0; i < user.Roles.Count; i++)
            {
                context.RequireKnown(user, "role", "roles", user.Roles[i], context.Roles, "roles", i);
                if (user.Organization is null && !BuiltInRoles.All.Contains(user.Roles[i]))
                    context.Refuse(user, $"role '{user.Roles[i]}' is held in an organization; give the user one", "roles", i);
            }
        }
    }
}
