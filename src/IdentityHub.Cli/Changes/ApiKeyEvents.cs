namespace IdentityHub.Cli.Changes;

/// <summary>Types of the audit rows of <c>hub api-keys</c>. Their <c>client_id</c> is the name of the key.</summary>
internal static class ApiKeyEvents
{
    /// <summary>A first key of the name was made.</summary>
    public const string Issued = "api_key.issued";

    /// <summary>Another key of the name was made, and the older ones were given an end.</summary>
    public const string Rotated = "api_key.rotated";

    /// <summary>Every key of the name was ended.</summary>
    public const string Revoked = "api_key.revoked";
}
