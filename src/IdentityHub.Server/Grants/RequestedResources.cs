using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;

namespace IdentityHub.Server.Grants;

/// <summary>
/// The APIs that a request names by the parameter <c>resource</c>, which may be repeated. RFC 8707 §2. Each is the <c>name</c> of an API in
/// the configuration, compared character by character.
/// </summary>
internal sealed class RequestedResources
{
    private static readonly RequestedResources None = new([], null);

    private readonly IReadOnlyList<string> _names;
    private readonly RegistrySnapshot? _registry;

    private RequestedResources(IReadOnlyList<string> names, RegistrySnapshot? registry) => (_names, _registry) = (names, registry);

    /// <summary>The audiences that an access token is limited to; null when the request names no resource.</summary>
    public IReadOnlyList<string>? Audiences => _names.Count == 0 ? null : _names;

    /// <summary>What the request names; <c>invalid_target</c> when this server knows no such API.</summary>
    public static Outcome<RequestedResources> Of(Parameters parameters, RegistrySnapshot registry)
    {
        if (parameters["resource"] is null)
            return None;
        string[] names = [.. parameters.All("resource").Distinct(StringComparer.Ordinal)];
        return Array.Find(names, name => registry.Find(name) is not { IsResource: true, Enabled: true }) is { } unknown
            ? TargetError(
                unknown.Length <= 200
                    ? $"Parameter 'resource' names an API that this server does not know: '{unknown}'."
                    : "Parameter 'resource' names an API that this server does not know.")
            : new RequestedResources(names, registry);
    }

    /// <summary>The refusal when none of these scopes belongs to a resource that the request names; null when each has one.</summary>
    public Refusal? RefusalOf(IReadOnlyList<string> scopes)
    {
        if (_names.Count == 0)
            return null;
        var reachable = _registry!.AudiencesOf(scopes);
        return _names.FirstOrDefault(name => !reachable.Contains(name, StringComparer.Ordinal)) is { } unreachable
            ? TargetError($"None of the scopes belongs to the resource '{unreachable}'.")
            : null;
    }

    /// <summary>
    /// The scopes without those that belong to other APIs only: what is granted for these resources is valid at no other. Scopes of no API
    /// stay. RFC 8707 §2.1.
    /// </summary>
    public Outcome<IReadOnlyList<string>> Narrow(IReadOnlyList<string> scopes)
    {
        if (_names.Count == 0)
            return Outcome.Of(scopes);
        return RefusalOf(scopes) is { } refusal ? refusal : Outcome.Of<IReadOnlyList<string>>([.. scopes.Where(IsForThese)]);
    }

    /// <summary>RFC 8707 §2, RFC 8693 §2.2.2.</summary>
    public static Refusal TargetError(string description) => Refusal.Of(RefusalKind.InvalidTarget, description, Reasons.InvalidTarget);

    private bool IsForThese(string scope)
    {
        var apis = _registry!.AudiencesOf([scope]);
        return apis.Count == 0 || apis.Intersect(_names, StringComparer.Ordinal).Any();
    }
}
