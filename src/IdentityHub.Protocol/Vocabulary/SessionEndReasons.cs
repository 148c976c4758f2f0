namespace IdentityHub.Protocol.Vocabulary;

/// <summary>Why a session was ended by an ordinary logout. Any other reason ends everything that was granted in it.</summary>
public static class SessionEndReasons
{
    /// <summary>The user has signed out, on the hub's page or at a client.</summary>
    public const string Logout = "logout";

    /// <summary>Another user has signed in with the same browser.</summary>
    public const string Replaced = "replaced";

    /// <summary>True for a logout.</summary>
    public static bool IsLogout(string reason) => reason is Logout or Replaced;
}
