using IdentityHub.Guards.Sources;
using NUnit.Framework;

namespace IdentityHub.Guards;

/// <summary>
/// Inside the projects below the server, and inside the command line, folders refer to lower folders only. The server has its own guard.
/// </summary>
public class FolderOrderTests
{
    private static readonly FolderOrder Storage = new(
        "src/IdentityHub.Storage",
        ["StorageFeature"],
        ["SchemaMigration", "TransactionContext"],
        ["Rewrapping"],
        ["HubDbContext"],
        ["Directories"],
        ["AddressChanges"],
        ["AuthorizationCodes", "DeviceCodes", "ClientAccounts", "Otp", "Consents", "Installation", "Passkeys", "Referrals", "UserData"],
        ["PasswordResets", "PushedRequests"],
        ["Credentials"],
        ["SecondFactors", "UserAttributes"],
        ["Sessions", "AccessTokens", "ApiKeys"],
        ["RefreshTokens", "Organizations"],
        ["Users"],
        [
            "Audit/Reading", "Counters", "DialectUse", "Idempotency", "Outbox", "Replay", "SigningKeys", "Clients", "DataProtection",
            "CleanUp",
        ],
        ["Sql+HubDatabase+SqlTransaction+KeyedTurns+StorageMetrics+Cancellation+SchemaVersion", "KeyProtection"],
        ["Audit"],
        ["Schema"]);

    private static readonly FolderOrder ConfigAsCode = new(
        "src/IdentityHub.ConfigAsCode",
        ["Objects"],
        ["Export"],
        ["ConfigLoader+ConfigLoadResult+ConfigSchema", "Apply", "Installation"],
        ["Rules"],
        ["Claims"],
        ["Attributes"],
        ["Model", "Shapes"],
        ["Reading", "Values"]);

    private static readonly FolderOrder Cli = new(
        "src/IdentityHub.Cli",
        ["Program"],
        ["HubCommand"],
        ["Claims", "Explain", "Import"],
        [
            "ApiKeys", "Audit", "Clients", "Completion", "Config", "Db", "Dialects", "Doctor", "Keys", "Limits", "Organizations",
            "Sessions", "Tokens", "Users/Import",
        ],
        ["Users"],
        ["Changes", "Settings", "Output"],
        ["CommandException+ExitCode"]);

    private static readonly FolderOrder Protocol = new(
        "src/IdentityHub.Protocol",
        ["Scim"],
        [
            "AuthorizationParameters+AuthorizationRefusals+ClaimsRequest+DeviceRefusals+EditDistance+FieldFault+GrantTypes+JsonMergePatch+"
                + "LanguageTags+NamedAuthorities+NetworkAddresses"
                + "+OpaqueToken+Outcome+Parameters+Pkce+PromptSet+RedirectUris+ReferralCode+Refusal+RefusalKind+ResponseModes+"
                + "ResponseTypes+ScopeSet+TokenHash+UserCode",
        ],
        ["Jose", "Vocabulary"]);

    private static IEnumerable<TestCaseData> Orders() =>
        from order in new[]
        {
            (nameof(Storage), Storage), (nameof(ConfigAsCode), ConfigAsCode), (nameof(Cli), Cli), (nameof(Protocol), Protocol),
        }
        select new TestCaseData(order.Item2).SetArgDisplayNames(order.Item1);

    [TestCaseSource(nameof(Orders))]
    public void A_folder_refers_to_lower_folders_only(object order) =>
        Rule.Holds(((FolderOrder)order).Violations(((FolderOrder)order).Files));

    [TestCaseSource(nameof(Orders))]
    public void Every_file_has_its_row(object order) => Rule.Holds(((FolderOrder)order).WithoutRow(((FolderOrder)order).Files));

    [TestCaseSource(nameof(Orders))]
    public void Every_row_has_a_file(object order) => Rule.Holds(((FolderOrder)order).WithoutFile(((FolderOrder)order).Files));

    [TestCase("Users/A.cs", "using IdentityHub.Storage.Sessions;", "Sessions")]
    [TestCase("Users/Verifiers/A.cs", "using IdentityHub.Storage.Sessions;", "Sessions", Description = "from a subfolder")]
    [TestCase("Users/A.cs", "class A { Session session; }", "Session", Description = "without a using")]
    [TestCase("Users/A.cs", "class A { Sessions.Session session; }", "Session", Description = "by its qualified name")]
    [TestCase("RefreshTokens/A.cs", "class A { const string Sql = Session.Columns; }", "Session", Description = "a constant")]
    [TestCase("RefreshTokens/A.cs", "[Sensitive] class A;", "Sensitive", Description = "an attribute")]
    [TestCase("AccessTokens/A.cs", "using IdentityHub.Storage.Sessions;", "Sessions", Description = "in the same row")]
    [TestCase("Sql/A.cs", "class A(HubDbContext context);", "HubDbContext", Description = "a file of the root")]
    public void A_reference_upward_or_across_is_caught(string path, string code, string expected) =>
        Rule.Catches(Storage.Violations(With(path, code)), expected);

    [TestCase("Sessions/A.cs", "using IdentityHub.Storage.Users; using IdentityHub.Storage; using IdentityHub.Storage.Sql;")]
    [TestCase("Users/A.cs", "using IdentityHub.Storage.Users.Verifiers;")]
    [TestCase("Users/A.cs", "class A { string Session { get; } = other.Session; }", Description = "a member that is named like a type")]
    [TestCase("Sql/A.cs", "class A(HubDatabase database);", Description = "of the same part")]
    public void A_reference_downward_is_not(string path, string code) => Rule.Holds(Storage.Violations(With(path, code)));

    [Test]
    public void A_folder_without_a_row_is_caught() =>
        Rule.Catches(Storage.WithoutRow(With("Somewhere/A.cs", "class A;")), "Somewhere/A.cs");

    private static SourceFile[] With(string path, string code) =>
    [
        new($"src/IdentityHub.Storage/{path}", code),
        new("src/IdentityHub.Storage/Sessions/Session.cs", "class Session;"),
        new("src/IdentityHub.Storage/Sessions/SensitiveAttribute.cs", "class SensitiveAttribute;"),
        new("src/IdentityHub.Storage/Users/Verifiers/Verifier.cs", "class Verifier;"),
        new("src/IdentityHub.Storage/HubDbContext.cs", "class HubDbContext;"),
        new("src/IdentityHub.Storage/HubDatabase.cs", "class HubDatabase;"),
    ];
}
