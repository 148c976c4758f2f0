using IdentityHub.Protocol;
using IdentityHub.Server.Clients;

namespace IdentityHub.Server.Grants;

/// <summary>Turns the <c>scope</c> parameter into what is granted. RFC 6749 §3.3.</summary>
internal static class RequestedScopes
{
    private const string NotOfClient = "The client may not ask for";

    /// <summary>
    /// What a client gets on its own behalf: what it asks for, or its default. Scopes about a user have no meaning without one:
    /// asked for, they are refused; in a default, left out.
    /// </summary>
    public static Outcome<IReadOnlyList<string>> ForClient(GrantRequest request)
    {
        if (request.Parameters["scope"] is null)
        {
            var granted = Default(request);
            return Reachable(request, Ok(granted.Any(RegistrySnapshot.IdentityScopes.Contains)
                ? [.. granted.Where(scope => !RegistrySnapshot.IdentityScopes.Contains(scope))]
                : granted));
        }

        var asked = Asked(request.Client.Scopes, request.Parameters, NotOfClient);
        if (asked.Succeeded && asked.Value.FirstOrDefault(RegistrySnapshot.IdentityScopes.Contains) is { } identity)
            return Refusal.InvalidScope($"Scope '{identity}' speaks of a user, and this grant has none.");
        return Reachable(request, asked);
    }

    /// <summary>What a client gets on behalf of a user: what it asks for, or its default.</summary>
    public static Outcome<IReadOnlyList<string>> ForUser(GrantRequest request) =>
        Reachable(request, request.Parameters["scope"] is null ? Ok(Default(request)) : ForUser(request.Client, request.Parameters));

    /// <summary>
    /// The same at the authorization endpoints, where tokens come later: unknown scopes are ignored (OpenID Connect Core §3.1.2.1).
    /// One that is known and not the client's is refused, and so is a request that names no other.
    /// </summary>
    public static Outcome<IReadOnlyList<string>> ForUser(Client client, Parameters parameters, Func<string, bool> isKnown)
    {
        if (ScopeSet.Parse(parameters["scope"]) is not { } asked || asked.All(isKnown))
            return ForUser(client, parameters);
        var known = asked.Where(isKnown).ToList();
        if (known.Count == 0)
            return Refusal.InvalidScope("Parameter 'scope' names no scope that this server knows.");
        return known.Find(scope => !client.Scopes.Contains(scope, StringComparer.Ordinal)) is { } foreign
            ? Refusal.InvalidScope($"{NotOfClient} scope '{foreign}'.")
            : Ok(known);
    }

    /// <summary>The same at the device authorization endpoint.</summary>
    public static Outcome<IReadOnlyList<string>> ForUser(Client client, Parameters parameters) =>
        parameters["scope"] is null ? Ok(client.DefaultScopes) : Asked(client.Scopes, parameters, NotOfClient);

    /// <summary>What a refresh gets: as much as was granted and the client may still have, or less. RFC 6749 §6.</summary>
    public static Outcome<IReadOnlyList<string>> Narrowed(string granted, Client client, Parameters parameters)
    {
        var before = ScopeSet.Parse(granted) ?? [];
        if (before.Any(scope => !client.Scopes.Contains(scope, StringComparer.Ordinal)))
            before = [.. before.Intersect(client.Scopes, StringComparer.Ordinal)];
        return parameters["scope"] is null ? Ok(before) : Asked(before, parameters, "The user has not granted");
    }

    private static Outcome<IReadOnlyList<string>> Asked(IReadOnlyList<string> allowed, Parameters parameters, string refusal)
    {
        if (ScopeSet.Parse(parameters["scope"]) is not { } asked)
            return Refusal.InvalidScope($"Parameter 'scope' is malformed, or names more than {ScopeSet.MaxCount} scopes.");
        return asked.FirstOrDefault(scope => !allowed.Contains(scope, StringComparer.Ordinal)) is { } foreign
            ? Refusal.InvalidScope($"{refusal} scope '{foreign}'.")
            : Ok(asked);
    }

    // Before anything is used up: each resource that the request names has one of the scopes. RFC 8707 §2.
    private static Outcome<IReadOnlyList<string>> Reachable(GrantRequest request, Outcome<IReadOnlyList<string>> scopes) =>
        scopes.Succeeded && request.Resources.RefusalOf(scopes.Value) is { } refusal ? refusal : scopes;

    private static IReadOnlyList<string> Default(GrantRequest request) =>
        request.Endpoint.GrantsDefaultScopes ? request.Client.DefaultScopes : [];

    private static Outcome<IReadOnlyList<string>> Ok(IReadOnlyList<string> scopes) => Outcome.Of(scopes);
}
