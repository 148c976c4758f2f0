
namespace IdentityHub.Server.Tests.Support;

/// <summary>The clients of these tests.</summary>
internal static class LogoutClients
{
    /// <summary>
    /// <c>web</c> and <c>other</c> redirect; <c>loop</c> to a loopback address; <c>front</c> and <c>plain</c> are told by frames;
    /// <c>closed</c> is disabled.
    /// </summary>
    public static readonly string Config = Parts.Apis + Logouts.Config(
        Logouts.Client(
            "web",
            "post_logout_redirect_uris: [\"https://web.test/bye\", \"https://web.test/bye?tenant=a\"]",
            "client_name: Web shop"),
        Logouts.Client("other", "post_logout_redirect_uris: [\"https://other.test/bye\"]"),
        Logouts.Client("loop", "post_logout_redirect_uris: [\"http://127.0.0.1/bye\", \"http://[::1]/bye\", \"com.example.app:/bye\"]"),
        Logouts.Client(
            "front",
            "post_logout_redirect_uris: [\"https://front.test/bye\"]",
            "frontchannel_logout_uri: \"https://front.test/out?tenant=a\"",
            "frontchannel_logout_session_required: true"),
        Logouts.Client("sixth", "frontchannel_logout_uri: \"https://sixth.test:8443/out\"", "frontchannel_logout_session_required: true"),
        Logouts.Client("plain", "frontchannel_logout_uri: \"https://plain.test/out\""),
        Logouts.Client("closed", "enabled: false", "post_logout_redirect_uris: [\"https://closed.test/bye\"]"));

    /// <summary>Where <c>web</c> sends its users afterwards.</summary>
    public const string Bye = "https://web.test/bye";
}
