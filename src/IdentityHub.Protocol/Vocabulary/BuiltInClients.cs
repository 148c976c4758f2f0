namespace IdentityHub.Protocol.Vocabulary;

/// <summary>
/// Clients that no file describes. Two are there while the dialect of their name is on, and get tokens at that endpoint only; the third is
/// the control room.
/// </summary>
public static class BuiltInClients
{
    /// <summary>Owns the API tokens of service users.</summary>
    public const string ServiceUser = DialectNames.ServiceUser;

    /// <summary>Owns the tokens of client accounts.</summary>
    public const string ClientAccounts = DialectNames.ClientAccounts;

    /// <summary>Signs administrators in to the pages below <c>/admin</c>, and is named as the client of what they change there.</summary>
    public const string ControlRoom = "identityhub-control-room";

    /// <summary>
    /// The audience of the tokens of the first two: <c>/v1/client/*</c>. An API resource of that name may introspect them.
    /// </summary>
    public const string Audience = "client-api";

    /// <summary>No client or API resource of the files may take one of these.</summary>
    public static IReadOnlyList<string> All { get; } = [ServiceUser, ClientAccounts, ControlRoom];
}
