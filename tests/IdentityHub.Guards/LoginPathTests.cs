using System.Text.RegularExpressions;
using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// No session starts past the policy: a factor makes an <c>AuthenticatedUser</c>, <c>LoginPolicy</c> makes an <c>AdmittedLogin</c> of it,
/// <c>SessionFactory</c> makes a <c>Session</c> of that. Each step is found by its name in the sources and listed here.
/// </summary>
public partial class LoginPathTests
{
    private const string Server = "src/IdentityHub.Server";
    private const string Factory = "Sessions/SessionFactory.cs";

    // What is made, and where: each file is one that has been looked at. A new factor adds one line to the first list.
    private static readonly Step[] Steps =
    [
        new("a factor's result", ByFactor(),
        [
            "Authentication/AuthenticatedUser.cs",
            "Authentication/ApprovedDevices/DeviceProof.cs",
            "Authentication/CustomerTokens/CustomerLogin.cs",
            "Authentication/OneTimeCodes/OtpCheck.cs",
            "Authentication/Passkeys/PasskeyUse.cs",
            "Authentication/Passwords/NewPasswords.cs",
            "Authentication/Passwords/PasswordCheck.cs",
            "Authentication/SecondFactors/SecondFactorLogin.cs",
        ]),
        new(
            "a login by several factors", WithFactors(),
            ["Authentication/AuthenticatedUser.cs", "Authentication/SecondFactors/SecondFactorLogin.cs", "Accounts/PasswordChange.cs"]),
        new("a login in a remembered browser", InRememberedBrowser(), ["Authentication/AuthenticatedUser.cs", "Ui/Login/BrowserLogin.cs"]),
        new(
            "a user who was created with a password", Enrolled(),
            ["Authentication/Passwords/NewPasswords.cs", "Accounts/SignUp.cs", "Dialects/ClientAccounts/AccountSignUp.cs"]),
        new("the proof of a device", DeviceProof(), ["Authentication/ApprovedDevices/DeviceProof.cs", "Grants/Device/DeviceCodeGrant.cs"]),
        new("an admitted login", ByPolicy(), ["Authentication/LoginPolicy.cs", "Sessions/AdmittedLogin.cs"]),
        new("a session", NewSession(), [Factory]),
        new("a call of the factory", FactoryCall(),
            [
                "Grants/Device/DeviceCodeGrant.cs", "Sessions/BrowserSessions.cs", "Sessions/LoginStart.cs",
                "Dialects/LoginSessions/LsidRules.cs"
            ]),
        new("a start of a session", SessionStart(),
        [
            "Accounts/PasswordChange.cs",
            "Dialects/ClientAccounts/BuiltInClientTokens.cs",
            "Dialects/LoginSessions/AuthenticateEndpoint.cs",
            "Dialects/LoginSessions/LsidStart.cs",
            "Dialects/LoginSessions/SessionClone.cs",
            "Grants/Device/DeviceCodeGrant.cs",
            "Grants/LoginTokens.cs",
            "Sessions/BrowserSessions.cs",
            "Sessions/LoginStart.cs",
            "Ui/Login/BrowserLogin.cs",
        ]),
    ];

    [Test]
    public void Each_step_of_a_login_is_made_where_it_is_listed() => Rule.Holds(Violations(Repository.CSharp(Server)));

    [Test]
    public void Each_file_of_the_lists_still_makes_its_step() =>
        Rule.Holds(
            from step in Steps
            from listed in step.Files
            where !Repository.CSharp(Server).Any(file => Relative(file) == listed && step.Pattern.IsMatch(file.Code))
            select $"{listed} no longer makes {step.What}: take it off the list");

    [Test]
    public void The_factory_takes_what_the_policy_has_let_through() => Rule.Holds(UnadmittedEntrances(Repository.CSharp(Server)));

    [TestCase("Grants/A.cs", "var user = AuthenticatedUser.ByFactor(stored, \"pwd\", now);", "a factor's result")]
    [TestCase("Grants/A.cs", "users.Select(AuthenticatedUser.ByFactor)", "a factor's result", Description = "without a call")]
    [TestCase("Grants/A.cs", "var user = first.InRememberedBrowser();", "in a remembered browser")]
    [TestCase("Dialects/A.cs", "return NewPasswords.Enrolled(user, context);", "created with a password")]
    [TestCase("Grants/A.cs", "var user = first.WithFactors(\"pwd otp mfa\");", "by several factors")]
    [TestCase("Grants/A.cs", "var login = AdmittedLogin.ByPolicy(id, null, stamp, \"pwd\", now);", "an admitted login")]
    [TestCase("Sessions/A.cs", "using static AdmittedLogin; var login = ByPolicy(id, null, stamp, \"pwd\", now);", "an admitted login")]
    [TestCase("Dialects/A.cs", "var session = new Session { Id = id };", "a session")]
    [TestCase("Dialects/A.cs", "Session session = new() { Id = id };", "a session")]
    [TestCase("Dialects/A.cs", "private static Session Make(Guid id) => new() { Id = id };", "a session")]
    [TestCase("Dialects/A.cs", "var session = SessionFactory.ForClient(login, id, end, context);", "a call of the factory")]
    [TestCase("Dialects/A.cs", "await sessions.TryStartAsync(session, stamp, null, null, ct);", "a start of a session")]
    public void A_session_past_the_policy_is_caught(string path, string code, string expected) =>
        Rule.Catches(Violations([new SourceFile($"{Server}/{path}", code)]), expected);

    [TestCase("public static Session ForNobody(Guid userId, RequestContext context)")]
    [TestCase("internal static (Session Session, string Handle) ForNobody(StoredCredential user)")]
    public void An_entrance_of_the_factory_without_an_admitted_login_is_caught(string code) =>
        Rule.Catches(UnadmittedEntrances([new SourceFile($"{Server}/{Factory}", code)]), "ForNobody");

    private static IEnumerable<string> Violations(IReadOnlyList<SourceFile> files) =>
        from file in files
        from step in Steps
        where step.Pattern.IsMatch(file.Code) && !step.Files.Contains(Relative(file))
        select $"{file.Path} makes {step.What}; only these do: {string.Join(", ", step.Files)}";

    // A clone has a live session in place of a login.
    private static IEnumerable<string> UnadmittedEntrances(IReadOnlyList<SourceFile> files) =>
        from file in files
        where file.Path == $"{Server}/{Factory}"
        from Match entrance in Entrance().Matches(file.Code)
        where !entrance.Groups[2].Value.StartsWith("AdmittedLogin ", StringComparison.Ordinal)
            && !entrance.Groups[2].Value.StartsWith("StoredLoginSession ", StringComparison.Ordinal)
        select $"{file.Path}: {entrance.Groups[1].Value} takes no AdmittedLogin";

    private static string Relative(SourceFile file) => file.Path[(Server.Length + 1)..];

    [GeneratedRegex(@"\bByFactor\b")]
    private static partial Regex ByFactor();

    [GeneratedRegex(@"\bWithFactors\b")]
    private static partial Regex WithFactors();

    [GeneratedRegex(@"\bInRememberedBrowser\b")]
    private static partial Regex InRememberedBrowser();

    [GeneratedRegex(@"\bEnrolled\b")]
    private static partial Regex Enrolled();

    [GeneratedRegex(@"\bDeviceProof\b")]
    private static partial Regex DeviceProof();

    [GeneratedRegex(@"\bByPolicy\b")]
    private static partial Regex ByPolicy();

    [GeneratedRegex(@"\bnew (?:Storage\.Sessions\.)?Session\b|\bSession\??\s+\w+(?:\([^{;]*\))?\s*=>?\s*new\s*[({]")]
    private static partial Regex NewSession();

    [GeneratedRegex(@"\bSessionFactory\.\w")]
    private static partial Regex FactoryCall();

    // The statements that store one, and the classes that call them.
    [GeneratedRegex(
        @"\.(?:TryStartAsync|TryRenewAsync|TryCloneAsync|TryChangePasswordAsync)\(|\bcodes\.TryRedeemAsync\([^;]*\bsession,|\b(?:sessions|"
            + @"logins)\.StartAsync\(")]
    private static partial Regex SessionStart();

    [GeneratedRegex(@"(?:public|internal) static (?:Session|\(Session[^)]*\)) (\w+)\(\s*([^)]*)\)")]
    private static partial Regex Entrance();

    private sealed record Step(string What, Regex Pattern, string[] Files);
}
