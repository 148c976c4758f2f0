using IdentityHub.Storage.Users;

namespace IdentityHub.ConfigAsCode;

/// <summary>Claims with their values, as <see cref="ClaimJson"/> writes them.</summary>
public static class ClaimValues
{
    /// <summary>
    /// The most that the values in one token may take, in bytes: an application or a user cannot make a token too long for the servers that
    /// read it.
    /// </summary>
    public const int MaxTokenLength = 6 * 1024;

    /// <summary>The values that the user has.</summary>
    /// <param name="maxLength">Values that do not fit in so many bytes are left out, the later ones first.</param>
    /// <param name="leftOut">Names of those.</param>
    public static IReadOnlyList<KeyValuePair<string, object>> Of(
        UserDetails user, IReadOnlyList<ConfiguredClaim> claims, int maxLength, out IReadOnlyList<string> leftOut)
    {
        var values = new List<KeyValuePair<string, object>>(claims.Count);
        List<string>? tooLong = null;
        foreach (var claim in claims)
        {
            if (claim.ValueOf(user) is not { } value)
                continue;
            var length = maxLength == int.MaxValue ? 0 : claim.Name.Length + 4 + ClaimJson.LengthOf(value);
            if (length > maxLength)
            {
                (tooLong ??= []).Add(claim.Name);
                continue;
            }

            maxLength -= length;
            values.Add(new(claim.Name, value));
        }

        leftOut = tooLong ?? (IReadOnlyList<string>)[];
        return values;
    }

    /// <summary>The client's own claims that go there.</summary>
    public static IReadOnlyList<KeyValuePair<string, object>> Of(ClientDefinition client, ClaimDestination destination) =>
        client.Claims.Count == 0
            ? []
            :
            [
                .. client.Claims.Where(claim => claim.Destinations.Contains(destination))
                    .Select(claim => KeyValuePair.Create<string, object>(claim.Name, claim.Value.Element)),
            ];
}
