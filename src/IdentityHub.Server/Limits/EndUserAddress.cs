using System.Net;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;

namespace IdentityHub.Server.Limits;

/// <summary>
/// For which end user's address a program calls: the parameter <c>on_behalf_of_ip</c> of the endpoints that take parameters, the header
/// <c>On-Behalf-Of-IP</c> of the others. It counts where the configuration trusts the caller to say it, and is ignored elsewhere. ASSURANCE
/// B7, L2.
/// </summary>
internal static class EndUserAddress
{
    /// <summary>Name of the parameter.</summary>
    public const string Parameter = "on_behalf_of_ip";

    /// <summary>Name of the header.</summary>
    public const string Header = "On-Behalf-Of-IP";

    /// <summary>Takes over what a proven caller says; sets <see cref="RequestContext.EndUserAddress"/>.</summary>
    /// <param name="isTrusted">Whether the caller may say it.</param>
    /// <param name="said">Null or empty: nothing.</param>
    /// <returns>The refusal where it is no address; else null.</returns>
    public static Refusal? Accept(RequestContext context, bool isTrusted, string? said)
    {
        if (!isTrusted || string.IsNullOrEmpty(said))
            return null;
        if (!IPAddress.TryParse(said, out var address))
            return Refusal.InvalidRequest(
                $"'{Parameter}' must be the IP address of the user, such as 203.0.113.7.", Reasons.EndUserAddressMalformed);
        context.EndUserAddress = address.ToString();
        return null;
    }
}
