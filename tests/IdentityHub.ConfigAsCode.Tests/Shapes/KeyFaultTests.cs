using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Shapes;

public class KeyFaultTests
{
    [Test]
    public void A_misspelt_key_is_told_what_was_meant() => Faulty.At(
        """
        clients:
          - client_id: a
            client_secrets: [{ value: "plain:s" }]
            «grant_typ: [client_credentials]
        """,
        "clients[0].grant_typ: unknown key; did you mean 'grant_types'?");

    [Test]
    public void A_misspelt_required_key_is_one_fault_and_not_two() => Faulty.At(
        """
        organizations:
          - id: acme
            «nmae: Acme
        """,
        "organizations[0].nmae: unknown key; did you mean 'name'?");

    [Test]
    public void An_unknown_key_far_from_any_other_lists_what_is_known() => Faulty.At(
        """
        organizations:
          - id: acme
            name: Acme
            «colour_scheme: dark
        """,
        "organizations[0].colour_scheme: unknown key; known here: id, name, parent, email_domains, require_mfa, mfa_grace_until, "
            + "remember_browser, enabled");

    [Test]
    public void An_unknown_section_is_told_what_was_meant() => Faulty.At(
        "«client: []", "client: unknown key; did you mean 'clients'?");

    [Test]
    public void A_key_that_stands_twice_names_the_first_place() => Faulty.At(
        """
        organizations:
          - id: acme
            name: Acme
            «name: Other
        """,
        "organizations[0].name: is given twice, first at config/test.yaml(3,5)");

    [Test]
    public void A_missing_required_key_stands_at_its_object() => Faulty.At(
        """
        organizations:
          - «name: Acme
        """,
        "organizations[0].id: is missing; a string is needed");

    [Test]
    public void A_merge_key_is_not_read() => Faulty.At(
        """
        organizations:
          - id: acme
            name: Acme
            «<<: { parent: null }
        """,
        "organizations[0].<<: unknown key; merge keys are not read: write the values out");

    [Test]
    public void A_dialect_that_two_files_name_is_refused_in_the_second()
    {
        using var folder = new ConfigFolder()
            .With("a.yaml", "dialects: { otp: { enabled: true } }")
            .With("b.yaml", "dialects: { otp: { enabled: false } }");
        Assert.That(
            folder.Load().Faults.Select(fault => fault.ToString()),
            Is.EqualTo(["config/b.yaml(1,13): dialects.otp: is set twice, first at config/a.yaml(1,13)"]));
    }
}
