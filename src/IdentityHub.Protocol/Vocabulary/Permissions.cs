namespace IdentityHub.Protocol.Vocabulary;

/// <summary>What a role or an API key can allow.</summary>
public static class Permissions
{
    public const string SessionRead = "session.read";
    public const string SessionTerminate = "session.terminate";
    public const string SessionAssume = "session.assume";
    public const string UserBlock = "user.block";
    public const string UserPassword = "user.password";

    public static IReadOnlyList<string> All { get; } =
        [SessionRead, SessionTerminate, SessionAssume, UserBlock, UserPassword];
}
