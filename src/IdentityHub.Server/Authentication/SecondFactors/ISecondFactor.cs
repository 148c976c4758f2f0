using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;

namespace IdentityHub.Server.Authentication.SecondFactors;

/// <summary>What a second factor has found to be right.</summary>
/// <param name="Methods"><c>amr</c> values (RFC 8176) separated by one space, without <c>mfa</c>.</param>
internal sealed record ProvenFactor(string Methods);

/// <summary>
/// A way in which a user proves a second time who they are, after the first factor. A kind of factor is one class, registered with one
/// line; the page of the second step offers it to the users who have it, in the order of the lines.
/// </summary>
internal interface ISecondFactor
{
    /// <summary>Names it in forms, in the audit trail and in the command line: lower-case letters. The page has a view of it.</summary>
    string Name { get; }

    /// <summary>True when the user has one. Asked for users with a second factor only.</summary>
    ValueTask<bool> HasAsync(Guid userId, CancellationToken cancellationToken);

    /// <summary>Checks what the user has sent as the proof. It counts guesses itself, for the user.</summary>
    /// <param name="proof">As the view of the factor has posted it.</param>
    Task<Outcome<ProvenFactor>> CheckAsync(Guid userId, string proof, RequestContext context, CancellationToken cancellationToken);
}
