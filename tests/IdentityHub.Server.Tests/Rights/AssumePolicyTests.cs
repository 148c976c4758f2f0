using IdentityHub.Server.Rights;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Rights;

/// <summary>The rules one by one, without a server: each table row differs from an allowed one in a single fact.</summary>
[Spec("ASSURANCE", "S2")]
public class AssumePolicyTests
{
    private const string Assume = "session.assume";

    // Three levels and a stranger.
    private static readonly Dictionary<string, string[]> Paths = new()
    {
        ["root"] = ["root"],
        ["acme"] = ["acme", "root"],
        ["east"] = ["east", "acme", "root"],
        ["other"] = ["other"],
    };

    private static IEnumerable<TestCaseData> Cases =>
    [
        Case("same organization", User("acme", ("acme", Assume)), User("acme"), null, "acme"),
        Case("descendant", User("acme", ("acme", Assume)), User("east"), null, "east"),
        Case("two below", User("root", ("root", Assume)), User("east"), null, "east"),
        Case("ancestor", User("east", ("east", Assume)), User("acme"), "assume_out_of_reach", null),
        Case("stranger", User("acme", ("acme", Assume)), User("other"), "assume_out_of_reach", null),
        Case("without the permission", User("acme", ("acme", "session.read")), User("acme"), "assume_out_of_reach", null),
        Case("the permission elsewhere", User("acme", ("other", Assume)), User("acme"), "assume_out_of_reach", null),
        Case("nobody's organization", User("acme", ("acme", Assume)), User(null), "assume_out_of_reach", null),
        Case("nobody's organization and a shared membership", User("acme", ("acme", Assume)), User(null, ("acme", Assume)), null, "acme"),
        Case("the admin of the installation", User(null) with { InstallationRoles = Roles("admin") }, User(null), null, null),
        Case("the same rights", User("acme", ("acme", Assume)), User("acme", ("acme", Assume)), null, "acme"),
        Case("the same rights below", User("acme", ("acme", Assume)), User("east", ("east", Assume)), null, "east"),
        Case("one right more", User("acme", ("acme", Assume)), User("acme", ("acme", "user.block")), "assume_more_rights", null),
        Case("one right more below", User("acme", ("acme", Assume)), User("east", ("east", "user.block")), "assume_more_rights", null),
        Case("the same right above", User("acme", ("acme", Assume)), User("acme", ("root", Assume)), "assume_more_rights", null),
        Case("a right in another tree", User("acme", ("acme", Assume)), User("acme", ("other", Assume)), "assume_more_rights", null),
        Case(
            "a role of the installation",
            User("acme", ("acme", Assume)),
            User("acme") with
            {
                InstallationRoles = Roles("service"),
            },
            "assume_more_rights",
            null),
        Case(
            "the same role of the installation",
            User("acme", ("acme", Assume)) with
            {
                InstallationRoles = Roles("service"),
            },
            User("acme") with
            {
                InstallationRoles = Roles("service"),
            },
            null,
            "acme"),
        Case(
            "disabled",
            User("acme", ("acme", Assume)),
            User("acme") with
            {
                Status = new AccountStatus(FakeTime.Start, null, null, null),
            },
            "user_disabled",
            null),
        Case(
            "blocked",
            User("acme", ("acme", Assume)),
            User("acme") with
            {
                Status = new AccountStatus(null, FakeTime.Start.AddHours(1), null, null),
            },
            "user_blocked",
            null),
        Case(
            "not yet valid",
            User("acme", ("acme", Assume)),
            User("acme") with
            {
                Status = new AccountStatus(null, null, FakeTime.Start.AddHours(1), null),
            },
            "user_not_yet_valid",
            null),
        Case(
            "organization disabled",
            User("acme", ("acme", Assume)),
            User("acme") with
            {
                Status = new AccountStatus(null, null, null, FakeTime.Start),
            },
            "organization_disabled",
            null),
        Case("a shared membership only", User("acme", ("acme", Assume)), User("other", ("acme", Assume)), null, "acme"),
    ];

    [TestCaseSource(nameof(Cases))]
    public void S2_Each_rule_decides(StoredRights actor, StoredRights target, string? reason, string? organization) =>
        Assert.That(AssumePolicy.Decide(actor, target, FakeTime.Start), Is.EqualTo(new AssumeVerdict(reason, organization)));

    [Test]
    public void S2_Oneself_is_always_allowed_and_at_home()
    {
        var user = User("acme");

        Assert.That(AssumePolicy.Decide(user, user, FakeTime.Start), Is.EqualTo(new AssumeVerdict(null, "acme")));
    }

    [TestCase("acme", null)]
    [TestCase("east", null)]
    [TestCase("root", "organization_foreign")]
    [TestCase("other", "organization_foreign")]
    public void S2_One_acts_in_one_s_own_organizations_and_below(string organization, string? reason)
    {
        var user = User("acme");

        Assert.That(AssumePolicy.RefusalIn(Paths[organization], user, user), Is.EqualTo(reason));
    }

    [Test]
    public void S2_Acting_as_another_one_gets_no_further_than_one_s_own_permission()
    {
        var (actor, effective) = (User("east", ("east", Assume)), User("acme", ("east", Assume)));

        Assert.That(AssumePolicy.RefusalIn(Paths["east"], actor, effective), Is.Null);
        Assert.That(AssumePolicy.RefusalIn(Paths["acme"], actor, effective), Is.EqualTo("organization_out_of_reach"));
        Assert.That(AssumePolicy.RefusalIn([], actor, effective), Is.EqualTo("organization_unknown"));
    }

    private static TestCaseData Case(string name, StoredRights actor, StoredRights target, string? reason, string? organization) =>
        new TestCaseData(actor, target, reason, organization).SetArgDisplayNames(name);

    private static HashSet<string> Roles(params string[] names) => [.. names];

    private static StoredRights User(string? home, params (string Organization, string Permission)[] held)
    {
        var own = held.Select(right => right.Organization).Append(home).OfType<string>().Distinct();
        return new StoredRights(
            Guid.NewGuid(), home, default, Roles(), [.. held.Select(right => new HeldRight(right.Organization, right.Permission))],
            own.ToDictionary(id => id, IReadOnlyList<string> (id) => Paths[id]));
    }
}
