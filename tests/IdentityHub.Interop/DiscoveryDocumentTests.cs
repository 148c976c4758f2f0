using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>What libraries find out by themselves.</summary>
public class DiscoveryDocumentTests(DatabaseKind kind) : ScriptFixture(kind)
{
    [Test, Spec("RFC 8414", "2")]
    public Task The_library_learns_from_discovery_what_the_server_can_do() => RunAsync(OpenIdClient, "discovery");
}
