using IdentityHub.Interop.Support;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop;

/// <summary>
/// A single-page application with <c>oidc-client-ts</c> in a real browser; one after the other, because it has one address. On one
/// database: what is special about it lies between the browser and the server.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public class SinglePageTests
{

    [Test, Spec("RFC 7636", "4")]
    public Task A_user_signs_in_and_no_other_origin_may_read_the_answers() => RunAsync("sign-in");

    [Test, Spec("OpenID Connect Core", "3.1.2.1")]
    public Task A_hidden_frame_renews_the_tokens_of_an_application_of_the_same_site() => RunAsync("renew-by-frame");

    [Test, Spec("RFC 6749", "6")]
    public Task A_refresh_token_renews_the_tokens_of_an_application_of_another_site() => RunAsync("renew-by-refresh-token");

    [Test, Spec("OpenID Connect RP-Initiated Logout", "2")]
    public Task A_logout_reaches_the_hub_and_the_application_has_no_user_any_more() => RunAsync("logout");

    private static async Task RunAsync(string script) =>
        await NodeScript.RunAsync($"oidc-client-ts/{script}.mjs", await Servers.GetAsync(DatabaseKind.Postgres));
}
