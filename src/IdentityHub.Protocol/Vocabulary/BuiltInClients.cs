namespace IdentityHub.Protocol.Vocabulary;

/// <summary>
/// Clients that no file describes: each is there while the dialect of its name is on, and gets tokens at that endpoint only.
/// </summary>
public static class BuiltInClients
{
    /// <summary>Owns the API tokens of service users.</summary>
    public const string ServiceUser = DialectNames.ServiceUser;

    /// <summary>Owns the tokens of client accounts.</summary>
    public const string ClientAccounts = DialectNames.ClientAccounts;

    /// <summary>The audience of the tokens of both: <c>/v1/client/*</c>. An API resource of that name may introspect them.</summary>
    public const string Audience = "client-api";

    /// <summary>No client or API resource of the files may take one of these.</summary>
    public static IReadOnlyList<string> All { get; } = [ServiceUser, ClientAccounts];
}
