using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>Users log in to applications that are made with certified client libraries, unmodified.</summary>
public class CodeFlowTests(DatabaseKind kind) : ScriptFixture(kind)
{
    [Test, Spec("OpenID Connect Core", "3.1")]
    public Task The_code_flow_with_PKCE_nonce_state_and_iss_gives_tokens_and_userinfo(
        [Values(OpenIdClient, OAuth4WebApi)] string library) =>
        RunAsync(library, "code-flow");

    [Test, Spec("OpenID Connect Core", "5.1")]
    public Task Name_email_and_groups_are_where_applications_look_for_them() => RunAsync(OpenIdClient, "claims");

    /// <summary>https://authjs.dev.</summary>
    [Test]
    public Task Auth_js_signs_a_user_in_with_name_email_and_groups() => RunAsync("authjs", "sign-in");

    [Test, Spec("RFC 8252", "7.3")]
    public Task A_public_client_logs_users_in_and_a_code_without_its_verifier_is_worth_nothing(
        [Values(OpenIdClient, OAuth4WebApi)] string library) =>
        RunAsync(library, "native");

    [TestCase(OpenIdClient, "query")]
    [TestCase(OpenIdClient, "fragment")]
    [TestCase(OpenIdClient, "form_post")]
    [TestCase(OAuth4WebApi, "fragment")]
    [TestCase(OAuth4WebApi, "form_post")]
    [Spec("OAuth 2.0 Form Post Response Mode", "2")]
    public Task The_answer_comes_in_the_response_mode_that_was_asked_for(string library, string mode) =>
        RunAsync(library, "response-mode", mode);

    [Test, Spec("RFC 9126", "2")]
    public Task A_client_that_must_push_its_requests_does([Values(OpenIdClient, OAuth4WebApi)] string library) =>
        RunAsync(library, "pushed");

    [TestCase(OpenIdClient, "ES256")]
    [TestCase(OpenIdClient, "PS256")]
    [TestCase(OpenIdClient, "RS256")]
    [TestCase(OAuth4WebApi, "ES256")]
    [Spec("RFC 9101", "5.1")]
    public Task A_signed_request_object_is_understood(string library, string algorithm) => RunAsync(library, "request-object", algorithm);

    [Test, Spec("OpenID Connect Core", "3.1.2.4")]
    public Task The_user_is_asked_what_the_application_may_see_and_his_answer_is_remembered() => RunAsync(OpenIdClient, "consent");

    [Test, Spec("OpenID Connect Core", "3.1.3.7")]
    public Task A_login_with_one_thing_wrong_is_rejected_by_the_library([Values(
        "another nonce", "another state", "an answer of another server", "an answer without iss",
        "an id_token of another client", "an id_token that was changed", "an id_token that has expired")] string fault) =>
        RunAsync(OpenIdClient, "rejections", fault);
}
