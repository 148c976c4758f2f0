using IdentityHub.Server.Tests.Support;
using IdentityHub.Server.Ui.ControlRoom;
using IdentityHub.Testing;
using NUnit.Framework;
using PageModel = Microsoft.AspNetCore.Mvc.RazorPages.PageModel;

namespace IdentityHub.Server.Tests.Ui;

/// <summary>A form that did not come from a page of the hub does nothing, whatever it asks for.</summary>
[Spec("ASSURANCE", "S4")]
public class FormTokenTests(DatabaseKind kind) : HubFixture(kind, CodeFlow.Config)
{
    // Every handler of a POST: page model and method → its address.
    private static readonly Dictionary<string, string> Posts = new()
    {
        ["LoginModel.OnPostAsync"] = "/login",
        ["LoginModel.OnPostContinueAsync"] = "/login?handler=Continue",
        ["LoginCodeModel.OnPostSendAsync"] = "/login/code?handler=Send",
        ["LoginCodeModel.OnPostAsync"] = "/login/code",
        ["LoginEnrolModel.OnPostAsync"] = "/login/enrol",
        ["LoginEnrolModel.OnPostSkipAsync"] = "/login/enrol?handler=Skip",
        ["LoginSecondModel.OnPostAsync"] = "/login/second",
        ["LoginPasskeyModel.OnPostAsync"] = "/login/passkey",
        ["SignUpModel.OnPostAsync"] = "/signup",
        ["ConsentModel.OnPostAsync"] = "/consent",
        ["LogoutModel.OnPostAsync"] = "/logout",
        ["DeviceModel.OnPostAsync"] = "/device",
        ["DeviceModel.OnPostDecideAsync"] = "/device?handler=Decide",
        ["ProfileModel.OnPostAsync"] = "/account",
        ["PasswordModel.OnPostAsync"] = "/account/password",
        ["AuthenticatorModel.OnPostAsync"] = "/account/authenticator",
        ["AuthenticatorModel.OnPostRemoveAsync"] = "/account/authenticator?handler=Remove",
        ["AuthenticatorModel.OnPostCodesAsync"] = "/account/authenticator?handler=Codes",
        ["PasskeysModel.OnPostAsync"] = "/account/passkeys",
        ["PasskeysModel.OnPostRenameAsync"] = "/account/passkeys?handler=Rename",
        ["PasskeysModel.OnPostRemoveAsync"] = "/account/passkeys?handler=Remove",
        ["ForgottenModel.OnPostAsync"] = "/forgotten",
        ["NewPasswordModel.OnPostAsync"] = "/forgotten/reset",
        ["AddressesModel.OnPostEmailAsync"] = "/account/addresses?handler=Email",
        ["AddressesModel.OnPostPhoneAsync"] = "/account/addresses?handler=Phone",
        ["AddressesModel.OnPostConfirmAsync"] = "/account/addresses?handler=Confirm",
        ["UndoAddressModel.OnPostAsync"] = "/account/addresses/undo",
        ["SessionsModel.OnPostEndAsync"] = "/account/sessions?handler=End",
        ["SessionsModel.OnPostEndOthersAsync"] = "/account/sessions?handler=EndOthers",
        ["SessionsModel.OnPostForgetAsync"] = "/account/sessions?handler=Forget",
        ["DataModel.OnPostDownloadAsync"] = "/account/data?handler=Download",
        ["DataModel.OnPostDeleteAsync"] = "/account/data?handler=Delete",
        ["LoginLinkModel.OnPostAsync"] = "/login/link",
        ["SignUpCodeModel.OnPostSendAsync"] = "/signup/code?handler=Send",
        ["SignUpCodeModel.OnPostAsync"] = "/signup/code",
        ["ApplicationsModel.OnPostWithdrawAsync"] = "/account/applications?handler=Withdraw",

        // One handler for all pages of the control room.
        ["ControlRoomPage.OnPostAsync"] = "/admin/users",
    };

    [Test]
    public void Every_handler_of_a_POST_stands_in_the_list()
    {
        var handlers = typeof(Program).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PageModel)) && !type.IsAbstract)
            .SelectMany(type =>
                type.GetMethods()
                    .Where(method => method.Name.StartsWith("OnPost", StringComparison.Ordinal))
                    .Select(method => (Page: method.DeclaringType == typeof(ControlRoomPage) ? method.DeclaringType : type, method.Name)))
            .Select(handler => $"{handler.Page.Name}.{handler.Name}")
            .Distinct();

        Assert.That(handlers, Is.EquivalentTo(Posts.Keys));
    }

    [TestCaseSource(nameof(Posts))]
    public async Task S4_A_form_without_a_token_or_with_that_of_another_browser_is_refused(KeyValuePair<string, string> post)
    {
        var user = await Hub.AddUserAsync();
        var (browser, page) = await Hub.SignInAsync(user);
        var (other, otherPage) = await Hub.SignInAsync(await Hub.AddUserAsync());
        var otherToken = TokenOf(otherPage);
        var session = page.FormTo("/account").QuerySelector("[name=session]")!.GetAttribute("value")!;
        (string Name, string Value)[] fields =
        [
            ("session", session), ("username", user.UserName!), ("password", HubUsers.Password), ("given_name", "Changed"),
            ("old_password", HubUsers.Password),
            ("new_password", "Changed-Pass-1"), ("repeated_password", "Changed-Pass-1"), ("decision", "allow"),
        ];

        List<Page> answers =
        [
            await browser.PostAsync(post.Value, fields),
            await browser.PostAsync(post.Value, [.. fields, ("form_token", "")]),
            await browser.PostAsync(post.Value, [.. fields, ("form_token", "forged")]),
            await browser.PostAsync(post.Value, [.. fields, ("form_token", otherToken)]),
            await browser.PostAsync(post.Value, [.. fields, ("form_token", other.Cookies[Pages.FormsCookie])]),
            await browser.PostFromElsewhereAsync(post.Value, [.. fields, ("form_token", TokenOf(page))]),
        ];
        browser.Cookies.Remove(Pages.FormsCookie);
        answers.Add(await browser.PostAsync(post.Value, [.. fields, ("form_token", TokenOf(page))]));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(400));
        Assert.That(answers.Select(answer => answer.Document.QuerySelector("dl code")!.TextContent), Is.All.EqualTo("invalid_request"));
        var after = await browser.GetAsync("/account");
        Assert.That(
            (after.Path, after.FormTo("/account").QuerySelector("#given_name")!.GetAttribute("value") ?? ""), Is.EqualTo(("/account", "")),
            "still signed in, and nothing was changed");
        Assert.That(
            (await new Browser(Client).LogInAsync(await new Browser(Client).GetAsync("/login"))).Status, Is.EqualTo(400),
            "the token belongs to its cookie");
    }

    [Test]
    public async Task S4_A_form_that_was_made_for_one_user_does_nothing_for_the_next_one()
    {
        var (first, second) = (await Hub.AddUserAsync(), await Hub.AddUserAsync());
        var (browser, page) = await Hub.SignInAsync(first);
        var login = await browser.GetAsync($"/login?ticket={TicketOf(await new Browser(Client).GetAsync("/account"))}");
        await browser.LogInAsync(login, second.UserName!, HubUsers.Password);

        var posted = await browser.SubmitAsync(page, "/account", ("given_name", "Of the first"));

        Assert.That((posted.Path, posted.Text(".notice")), Is.EqualTo(("/account", (string?)null)));
        Assert.That((await Hub.ReadUserAsync(second.Id)).GivenName, Is.Null);
    }

    [TestCase("PUT")]
    [TestCase("DELETE")]
    [TestCase("PATCH")]
    [TestCase("PROPFIND")]
    public async Task Another_verb_is_answered_by_the_error_page(string verb)
    {
        foreach (var path in Posts.Values)
        {
            var answer = await Client.AnswerAsync(new HttpRequestMessage(new HttpMethod(verb), path));
            Assert.That(answer.Status, Is.AnyOf(400, 405), $"{verb} {path}");
        }
    }

    private static string TokenOf(Page page) => page.Document.QuerySelector("[name=form_token]")!.GetAttribute("value")!;

    private static string TicketOf(Page login) => login.FormWith("password").QuerySelector("[name=ticket]")!.GetAttribute("value")!;
}
