using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Authentication.Passwords;
using IdentityHub.Server.Authentication.SecondFactors;
using IdentityHub.Server.Authentication.Totp;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Grants;

/// <summary>
/// A user name, e-mail address or phone number and a password for tokens. RFC 6749 §4.3; for clients that cannot use a browser. Of clients
/// that have one-time passwords, the password may be one of those, sent to that address. Users with an authenticator app send its code as
/// <c>otp</c> together with the password.
/// </summary>
internal sealed class PasswordGrant(PasswordCheck passwords, OtpCheck codes, SecondFactorLogin secondFactors, LoginTokens logins) : IGrant
{
    public string GrantType => GrantTypes.Password;

    public async ValueTask<Outcome<TokenResponse>> HandleAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        var (client, parameters, context, _, _) = request;
        if (parameters["username"] is not { } username)
            return Refusal.InvalidRequest("Parameter 'username' is missing.", Reasons.UsernameMissing);
        if (parameters["password"] is not { } password)
            return Refusal.InvalidRequest("Parameter 'password' is missing.", Reasons.PasswordMissing);
        var scopes = RequestedScopes.ForUser(request);
        if (!scopes.Succeeded)
            return scopes.Error;

        // What is no right code is held against the password too, whatever was wrong with it: every refusal costs one hash.
        var user = await RedeemAsync(client, username, password, context, cancellationToken)
            ?? await passwords.CheckAsync(username, password, context, cancellationToken);
        if (user is { Succeeded: true, Value.HasSecondFactor: true } && parameters["otp"] is { } otp)
            user = await secondFactors.CompleteAsync(user.Value, TotpFactor.FactorName, otp, context, cancellationToken);
        return user.Succeeded
            ? await logins.IssueAsync(user.Value, scopes.Value, request, cancellationToken, client.AllowPasswordGrantWithoutMfa)
            : user.Error;
    }

    // Whether it is tried as a code depends on what was sent only. Null: it is none, or not a right one. A right one may be refused.
    private async ValueTask<Outcome<AuthenticatedUser>?> RedeemAsync(
        Client client, string username, string password, RequestContext context, CancellationToken cancellationToken)
    {
        if (!client.Otp.Enabled || !OtpCodes.IsCode(password, client.Otp.Digits) || OtpAddress.Of(username) is not { } address)
            return null;
        NewUserRule? newUsers = client.Otp.AllowNewUsers ? (user, ct) => logins.RefusalOfAsync(user, context, ct) : null;
        var user = await codes.CheckAsync(address, new OtpPurpose(client.Id), password, newUsers, context, cancellationToken);
        return user.Succeeded || user.Error.Reason == Reasons.MfaRequired ? user : default(Outcome<AuthenticatedUser>?);
    }
}
