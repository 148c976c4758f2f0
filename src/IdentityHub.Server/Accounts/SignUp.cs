using System.Text;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Limits;
using IdentityHub.Storage;
using IdentityHub.Storage.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Server.Accounts;

/// <summary>
/// Self-registration: a user name and a password, nothing that would have to be verified. The answer tells that a name is taken,
/// so that the user can choose another one; how many names an IP address may try is limited.
/// </summary>
internal sealed class SignUp(IServiceScopeFactory scopes, HubDatabase database, NewPasswords passwords, SignUpLimit limit, AuditTrail audit)
{
    /// <summary>The new user. Refusals begin with what depends on the caller's own words only.</summary>
    public async Task<Outcome<AuthenticatedUser>> CreateAsync(
        string userName, string password, RequestContext context, CancellationToken cancellationToken)
    {
        if (!UserPolicy.IsUserName(userName))
            return Refusal.InvalidRequest($"A user name has {UserPolicy.UserNameRule}.", Reasons.UserNameMalformed);
        if (passwords.RefusalOfChosen(password, userName, email: null) is { } refusal)
            return refusal;
        if (await limit.CountAsync(context, cancellationToken) is { } wait)
            return Refusal.TooManyRequests(Reasons.SignUpsExhausted, "too many names tried from this address", wait);
        var hash = await passwords.HashAsync(password);
        if (!hash.Succeeded)
            return hash.Error;

        // Last, because it changes state.
        await using var scope = scopes.CreateAsyncScope();
        var user = new User
        {
            Id = Identifiers.NewId(context.Now),
            UserName = userName.Normalize(NormalizationForm.FormKC),
            PasswordHash = hash.Value,
            CreatedAt = context.Now,
            UpdatedAt = context.Now,
        };
        if (!await TryCreateAsync(scope.ServiceProvider.GetRequiredService<UserManager<User>>(), user))
            return Refusal.InvalidRequest("The user name is taken.", Reasons.UserNameTaken);
        await audit.WriteAsync(context, AuditTypes.UserCreated, user.Id);
        return NewPasswords.Enrolled(user, context);
    }

    private async Task<bool> TryCreateAsync(UserManager<User> users, User user)
    {
        try
        {
            return (await users.CreateAsync(user)).Succeeded;
        }
        catch (DbUpdateException failure) when (database.IsUniqueViolation(failure))
        {
            // At the same moment, on whichever node.
            return false;
        }
    }
}
