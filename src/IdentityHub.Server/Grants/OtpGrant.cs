using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Tokens;

namespace IdentityHub.Server.Grants;

/// <summary>
/// A code that was sent to an e-mail address or a phone number for tokens: parameters <c>email</c> or <c>phone</c>, <c>otp</c>,
/// <c>scope</c>. contracts/oauth-v2-and-otp.md; an extension grant, RFC 6749 §4.5.
/// </summary>
internal sealed class OtpGrant(OtpCheck codes, LoginTokens logins) : IGrant
{
    public string GrantType => GrantTypes.Otp;

    public async ValueTask<Outcome<TokenResponse>> HandleAsync(GrantRequest request, CancellationToken cancellationToken)
    {
        var (client, parameters, context, _, _) = request;
        if (AddressOf(parameters) is { Succeeded: var isAddress, Value: var address, Error: var malformed } && !isAddress)
            return malformed!;
        if (parameters["otp"] is not { } code)
            return Refusal.InvalidRequest("Parameter 'otp' is missing.", Reasons.OtpMissing);
        var scopes = RequestedScopes.ForUser(request);
        if (!scopes.Succeeded)
            return scopes.Error;

        NewUserRule? newUsers = client.Otp.AllowNewUsers ? (user, ct) => logins.RefusalOfAsync(user, context, ct) : null;
        var user = await codes.CheckAsync(address!, new OtpPurpose(client.Id), code, newUsers, context, cancellationToken);
        return user.Succeeded ? await logins.IssueAsync(user.Value, scopes.Value, request, cancellationToken) : user.Error;
    }

    private static Outcome<OtpAddress> AddressOf(Parameters parameters) => (parameters["email"], parameters["phone"]) switch
    {
        ({ } email, null) => OtpAddress.Email(email) is { } address
            ? address
            : Refusal.InvalidRequest("Parameter 'email' is no e-mail address.", Reasons.EmailMalformed),
        (null, { } phone) => OtpAddress.Phone(phone) is { } number
            ? number
            : Refusal.InvalidRequest("Parameter 'phone' is no phone number.", Reasons.PhoneMalformed),
        _ => Refusal.InvalidRequest("One of the parameters 'email' and 'phone' is needed.", Reasons.AddressMissing),
    };
}
