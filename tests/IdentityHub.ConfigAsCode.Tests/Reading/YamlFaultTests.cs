using System.Text;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Reading;

public class YamlFaultTests
{
    [Test]
    public void Text_that_is_not_yaml_stands_at_the_place_where_reading_ended()
    {
        using var folder = new ConfigFolder().With("test.yaml", "organizations:\n  - id: acme\n  name: [\n");
        var fault = folder.Load().Faults.Single();
        Assert.Multiple(() =>
        {
            Assert.That(fault.File, Is.EqualTo("config/test.yaml"));
            Assert.That(fault.Line, Is.EqualTo(3));
            Assert.That(fault.Message, Does.StartWith("is not YAML: "));
        });
    }

    [TestCase("clients:\n«\t- client_id: a\n")]
    [TestCase("organizations:\n  - id: acme\n«\tname: Acme\n")]
    [TestCase("organizations:\n  - id: acme\n  «\tname: Acme\n    parent: b\n")]
    [TestCase("# a comment\nroles: []\n\t\norganizations:\n  - id: acme\n    name: A\n«\t- id: b\n")]
    public void A_tab_that_indents_stands_where_it_is(string marked) =>
        Faulty.At(marked, "is not YAML: a tab indents the line; YAML is indented with spaces");

    [Test]
    public void A_tab_that_does_not_indent_is_no_fault() => Faulty.None("organizations: [] #\ta comment\n");

    [Test]
    public void An_anchor() => Faulty.At(
        "organizations: [{ id: acme, name: «&n Acme }]", "organizations[0].name: has an anchor (&); anchors are not read: remove it");

    [Test]
    public void An_alias()
    {
        using var folder = new ConfigFolder().With("test.yaml", "organizations:\n- id: &a acme\n  name: *a\n");
        Assert.That(folder.Load().Faults.Select(fault => fault.ToString()), Is.EqualTo([
            "config/test.yaml(2,7): organizations[0].id: has an anchor (&); anchors are not read: remove it",
            "config/test.yaml(3,9): organizations[0].name: is an alias; aliases are not read: write the value out",
        ]));
    }

    [Test]
    public void A_tag() => Faulty.At(
        "organizations: [{ id: acme, name: «!!str Acme }]", "organizations[0].name: has a tag (!); tags are not read: remove it");

    [Test]
    public void A_second_document() => Faulty.At(
        "organizations: []\n«---\nroles: []\n", "begins a second document; a file holds one: put it into a file of its own");

    [Test]
    public void A_list_at_the_root() => Faulty.At(
        "«- client_id: a", "holds a list; a configuration file is a mapping with keys such as 'clients:'");

    [Test]
    public void A_key_that_is_no_word() => Faulty.At("organizations: [{ ? «[a] : b }]", "is used as a key; a key is a word");

    [Test]
    public void Nesting_without_end()
    {
        using var folder = new ConfigFolder().With("test.yaml", "clients: " + new string('[', 1_000_000));
        Assert.That(folder.Load().Faults.Single().ToString(), Is.EqualTo("config/test.yaml(1,42): is nested deeper than 32 levels"));
    }

    [Test]
    public void A_thousand_million_laughs_are_refused_at_the_first()
    {
        var lines = Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]");
        using var folder = new ConfigFolder().With("test.yaml", "a0: &a0 ha\n" + string.Join('\n', lines));
        Assert.That(folder.Load().Faults, Has.Count.GreaterThan(10));
    }

    [Test]
    public void Bytes_that_are_not_utf8()
    {
        using var folder = new ConfigFolder();
        File.WriteAllBytes(Path.Combine(folder.DirectoryPath, "test.yaml"), [.. "roles:\n  - name: "u8, 0xE9, .. "t"u8]);
        Assert.That(
            folder.Load().Faults.Single().ToString(),
            Is.EqualTo("config/test.yaml(2,11): is not UTF-8 from here on; save the file as UTF-8"));
    }

    [Test]
    public void A_file_in_utf16()
    {
        using var folder = new ConfigFolder();
        File.WriteAllBytes(
            Path.Combine(folder.DirectoryPath, "test.yaml"), [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("roles: []")]);
        Assert.That(
            folder.Load().Faults.Single().ToString(),
            Is.EqualTo("config/test.yaml(1,1): is not UTF-8 from here on; save the file as UTF-8"));
    }

    [Test]
    public void A_byte_order_mark_and_line_ends_of_Windows_are_no_faults_and_lines_are_counted_right()
    {
        using var folder = new ConfigFolder();
        var file = Path.Combine(folder.DirectoryPath, "test.yaml");
        File.WriteAllBytes(file, [.. Encoding.UTF8.Preamble, .. "roles:\r\n  - name: reader\r\n"u8]);
        Assert.That(folder.Load().Document!.Roles.Single().Name, Is.EqualTo("reader"));

        File.WriteAllBytes(file, [.. Encoding.UTF8.Preamble, .. "roles:\r\n  - nam: reader\r\n"u8]);
        Assert.That(folder.Load().Faults[0].ToString(), Does.StartWith("config/test.yaml(2,5): roles[0].nam: unknown key"));
        File.WriteAllBytes(file, [.. Encoding.UTF8.Preamble, .. "rols: []"u8]);
        Assert.That(folder.Load().Faults[0].ToString(), Does.StartWith("config/test.yaml(1,1): rols: unknown key"));
    }

    [Test]
    public void A_file_over_eight_mebibytes_is_not_read()
    {
        using var folder = new ConfigFolder().With("test.yaml", new string('#', (8 * 1024 * 1024) + 1));
        Assert.That(
            folder.Load().Faults.Single().ToString(),
            Is.EqualTo("config/test.yaml: holds 8,388,609 bytes; a file may hold 8,388,608: split it"));
    }

    [Test]
    public void What_stands_in_an_unreadable_file_is_not_reported_as_missing()
    {
        using var folder = new ConfigFolder()
            .With("roles.yaml", "users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: a, organization: acme, roles: [lead] }]")
            .With("organizations.yaml", "organizations: [{ id: acme, name: ");
        Assert.That(folder.Load().Faults.Select(fault => fault.File), Is.EqualTo(["config/organizations.yaml"]));
    }
}
