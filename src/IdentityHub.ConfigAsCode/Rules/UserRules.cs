using System.Text;
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

        foreach (var user in context.Document.Users)
        {
            if (user.Password?.Reveal() is { } password && FaultOf(password) is { } fault)
                context.Refuse(user, fault, "password");
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

    private static string? FaultOf(string password) =>
        password.Length < UserPolicy.MinPasswordLength ? $"has {password.Length} characters; a password has at least {UserPolicy.MinPasswordLength}"
        : Encoding.UTF8.GetByteCount(password) > UserPasswordHasher.MaxPasswordBytes ? $"is longer than {UserPasswordHasher.MaxPasswordBytes} bytes"
        : null;
}
