using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>Users leave; who has logged them in is told. One after the other, because the receivers have one address.</summary>
[Parallelizable(ParallelScope.Self)]
public class LogoutTests(DatabaseKind kind) : ScriptFixture(kind)
{
    [Test, Spec("OpenID Connect RP-Initiated Logout", "2"), Spec("OpenID Connect Back-Channel Logout", "2.5")]
    public Task An_application_logs_its_user_out_and_all_of_the_session_are_told() => RunAsync(OpenIdClient, "logout");
}
