using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>What certified client libraries do with tokens, and how they get them without a user.</summary>
public class TokenTests(DatabaseKind kind) : ScriptFixture(kind)
{
    [TestCase(OpenIdClient, "ES256")]
    [TestCase(OpenIdClient, "PS256")]
    [TestCase(OpenIdClient, "RS256")]
    [TestCase(OAuth4WebApi, "PS256")]
    [Spec("RFC 7523", "2.2")]
    public Task A_client_authenticates_with_its_key_at_every_endpoint(string library, string algorithm) =>
        RunAsync(library, "private-key", algorithm);

    [Test, Spec("RFC 6749", "4.4")]
    public Task A_back_end_gets_a_token_for_itself([Values(OpenIdClient, OAuth4WebApi)] string library) =>
        RunAsync(library, "client-credentials");

    [Test, Spec("RFC 8628", "3")]
    public Task A_device_gets_tokens_when_its_user_has_let_it_in([Values(OpenIdClient, OAuth4WebApi)] string library) =>
        RunAsync(library, "device");

    [Test, Spec("RFC 6749", "6")]
    public Task A_refresh_token_rotates_and_its_reuse_ends_the_family([Values(OpenIdClient, OAuth4WebApi)] string library) =>
        RunAsync(library, "refresh");

    [Test, Spec("RFC 7662", "2")]
    public Task An_API_asks_what_a_token_is_worth([Values(OpenIdClient, OAuth4WebApi)] string library) =>
        RunAsync(library, "introspection");

    [Test, Spec("RFC 7009", "2")]
    public Task A_revoked_token_is_worth_nothing([Values(OpenIdClient, OAuth4WebApi)] string library) =>
        RunAsync(library, "revocation");

    [Test, Spec("RFC 9068", "4")]
    public Task The_library_as_an_API_takes_the_access_tokens_that_are_meant_for_it() =>
        RunAsync(OAuth4WebApi, "resource-server");
}
