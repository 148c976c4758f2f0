using IdentityHub.Storage;
using IdentityHub.Storage.Organizations;
using IdentityHub.Storage.Users;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Cli.Tests.Users.Import;

public class ImportUsersTests(DatabaseKind kind) : DatabaseCommandTests(kind)
{
    private const string Password = "Ältere-Pässe-1";
    private const string Django = "pbkdf2_sha256$1000$saltsalt$6B40tMBt0FIkoYJ0oR/XHl2VCHTzNTLHeZnkFZzvpK8=";
    private const string Sha1 = "b0add8747c70bb2aadc786bba8008e16502e59ca";
    private const string Id = "9d2c1f0e-0000-4000-8000-000000000001";

    [Test]
    public async Task Users_are_stored_as_a_table_describes_them_with_the_passwords_that_they_have()
    {
        await ApplyAsync();
        Shell.WithFile(
            "people.csv",
            $"""
            id,user_name,email,email_verified,phone_number,phone_number_verified,given_name,family_name,locale,organization,roles,password_hash,disabled
            {Id},alice,alice@example.com,true,00 27 76 123-4567,1,Alice,"Archer, née ""Bow"" B.",de-CH,acme,clerk admin,{Django},
            ,bob,bob@example.com,,,,,,,,,sha1:{Sha1},true
            ,carol,,,,,,,,,,,
            """);
        var result = await Shell.RunAsync("users", "import", "people.csv");

        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "Done: 3 imported, 0 there already, 0 rejected.")), result.Error);
        await using var context = NewContext();
        var (alice, bob, carol) = (await FindAsync(context, "ALICE"), await FindAsync(context, "BOB"), await FindAsync(context, "CAROL"));
        var roles = await context.Roles.ToDictionaryAsync(role => role.Name!, role => role.Id);
        Assert.Multiple(() =>
        {
            Assert.That(
                (alice.Id.ToString(), alice.UserName, alice.Email, alice.EmailConfirmed),
                Is.EqualTo((Id, "alice", "alice@example.com", true)));
            Assert.That((alice.PhoneNumber, alice.PhoneNumberConfirmed), Is.EqualTo(("+27761234567", true)));
            Assert.That(
                (alice.GivenName, alice.FamilyName, alice.Locale, alice.OrganizationId),
                Is.EqualTo(("Alice", "Archer, née \"Bow\" B.", "de-CH", "acme")));
            Assert.That((alice.PasswordHash, alice.DisabledAt, alice.LockoutEnabled), Is.EqualTo((Django, (DateTimeOffset?)null, true)));
            Assert.That(context.Memberships.Single().RoleId, Is.EqualTo(roles["clerk"]));
            Assert.That(context.UserRoles.Single().RoleId, Is.EqualTo(roles["admin"]));
            Assert.That(
                (bob.NormalizedEmail, bob.EmailConfirmed, bob.DisabledAt is not null), Is.EqualTo(("BOB@EXAMPLE.COM", false, true)));
            Assert.That(bob.PasswordHash, Does.Not.Contain(Sha1));
            Assert.That(
                new UserPasswordHasher(UserPasswordHasher.MinIterations).VerifyHashedPassword(bob, bob.PasswordHash!, Password),
                Is.EqualTo(PasswordVerificationResult.SuccessRehashNeeded));
            Assert.That(
                (carol.PasswordHash, carol.Email, carol.SecurityStamp),
                Is.EqualTo(((string?)null, (string?)null, carol.SecurityStamp))
                    .And.Matches<(string?, string?, string?)>(user => user.Item3 is { Length: > 0 }));
            Assert.That(Shell.Has("people.csv.rejects.csv"), Is.False);
        });
    }

    [Test]
    public async Task Users_are_stored_as_JSON_lines_describe_them()
    {
        await ApplyAsync();
        Shell.WithFile(
            "people.jsonl",
            $$"""
            {"user_name":"alice","email":"alice@example.com","email_verified":true,"roles":["admin","service"],"password_hash":"{{Sha1}}","phone_number":null}

            {"user_name":"bob","disabled":false,"organization":"acme","roles":"clerk"}
            """);
        var result = await Shell.RunAsync("users", "import", "people.jsonl", "--bare-hash", "sha1");

        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "Done: 2 imported, 0 there already, 0 rejected.")), result.Error);
        await using var context = NewContext();
        var alice = await FindAsync(context, "ALICE");
        Assert.That(
            (alice.EmailConfirmed, await context.UserRoles.CountAsync(), await context.Memberships.CountAsync()), Is.EqualTo((true, 2, 1)));
        Assert.That(alice.PasswordHash, Does.StartWith("wrapped$sha1$"));
    }

    [Test]
    public async Task What_is_wrong_with_a_record_is_said_with_its_line_and_nobody_is_imported_by_half()
    {
        await ApplyAsync();
        Shell.WithFile(
            "people.csv",
            $"""
            user_name,email,phone_number,organization,roles,password_hash,given_name
            alice,alice@example.com,,acme,clerk,,"first
            second"
            bob,bob,,,,,
            ,carol@example.com,,,,,
            Alice,other@example.com,,,,,
            dave,ALICE@example.com,,,,,
            erin,,12345,,,,
            frank,,,acme,nothing,,
            grace,,,,clerk,,
            heidi,,,nowhere,,,
            ivan,,,,,{Sha1},
            judy,,,,,secret password,
            short,row
            mallory,,,acme,,,
            """);
        var result = await Shell.RunAsync("users", "import", "people.csv", "--rejects", "wrong.csv");
        var rejects = await File.ReadAllTextAsync(Path.Combine(Shell.Folder, "wrong.csv"));

        Assert.That((result.ExitCode, result.Output), Is.EqualTo((1, "Done: 2 imported, 0 there already, 11 rejected.")), result.Error);
        Assert.That(result.Error, Does.Contain("wrong.csv"));
        Assert.That(
            rejects.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => string.Join(',', line.Split(',')[..2])),
            Is.EqualTo([
                "line,user_name", "4,bob", "5,", "6,Alice", "7,dave", "8,erin", "9,frank", "10,grace", "11,heidi", "12,ivan", "13,judy",
                "14,"
            ]));
        Assert.That(
            rejects,
            Does.Contain("The user name 'Alice' belongs to another user.")
                .And.Contain("There is no role 'nothing'")
                .And.Contain("There are 2 fields where the header has 7."));
        Assert.That(rejects, Does.Not.Contain(Sha1).And.Not.Contain("secret password"), "no hash, and nothing that may be a password");
        await using var context = NewContext();
        Assert.That(await context.Users.Select(user => user.UserName).ToListAsync(), Is.EquivalentTo(["alice", "mallory"]));
    }

    [Test]
    public async Task Of_a_file_with_one_broken_line_in_a_hundred_all_others_are_imported()
    {
        string[] faults = ["{", "[]", """{"user_name":"x","id":"7"}""", """{"user_name":"a b"}""", """{"email":"x@example.com"}"""];
        Shell.WithFile(
            "people.jsonl",
            string.Concat(Enumerable.Range(1, 2500).Select(line =>
                (line % 100 == 50 ? faults[line / 100 % faults.Length] : $$"""{"user_name":"user-{{line}}"}""") + "\n")));

        var result = await Shell.RunAsync("users", "import", "people.jsonl", "--json");

        var rejects = await File.ReadAllLinesAsync(Path.Combine(Shell.Folder, "people.jsonl.rejects.csv"));
        var json = System.Text.Json.JsonElement.Parse(result.Output);
        Assert.That(
            (result.ExitCode, json.GetProperty("imported").GetInt32(), json.GetProperty("rejected").GetInt32()),
            Is.EqualTo((1, 2475, 25)), result.Error);
        Assert.That(json.GetProperty("reject_file").GetString(), Does.EndWith("people.jsonl.rejects.csv"));
        Assert.That(
            rejects.Skip(1).Select(reject => reject.Split(',')[0]), Is.EqualTo(Enumerable.Range(0, 25).Select(i => $"{(i * 100) + 50}")));
        Assert.That(rejects.Skip(1).Select(reject => reject.Split(',', 3)[2].Length), Is.All.GreaterThan(10), "each has a reason");
        await using var context = NewContext();
        Assert.That(await context.Users.CountAsync(), Is.EqualTo(2475));
    }

    [TestCase("{", "The line is not valid JSON.")]
    [TestCase("[]", "The line is no JSON object.")]
    [TestCase("""{"user_name":1}""", "'user_name' has a value of another type.")]
    [TestCase("""{"user_name":"x","is_admin":true}""", "There is no column 'is_admin'")]
    [TestCase("""{"user_name":"x","user_name":"y"}""", "'user_name' is there twice.")]
    [TestCase("""{"user_name":"x","email_verified":"perhaps"}""", "'email_verified' is 'true' or 'false'.")]
    [TestCase("""{"user_name":"x\u0000y"}""", "'user_name' is not UTF-8")]
    [TestCase("""{"user_name":"x","id":"7"}""", "The id '7' is no UUID.")]
    [TestCase("""{"user_name":"x","locale":"a-very-long-language-that-nobody-speaks"}""", "The locale is longer than 35 characters.")]
    public async Task A_line_that_cannot_be_read_is_rejected_and_the_next_is_imported(string line, string reason)
    {
        Shell.WithFile("people.jsonl", $"{line}\n{{\"user_name\":\"good\"}}\n");
        var result = await Shell.RunAsync("users", "import", "people.jsonl");

        Assert.That(result.Output, Is.EqualTo("Done: 1 imported, 0 there already, 1 rejected."), result.Error);
        Assert.That(
            await File.ReadAllTextAsync(Path.Combine(Shell.Folder, "people.jsonl.rejects.csv")), Does.Contain($"1,").And.Contain(reason));
    }

    [Test]
    public async Task Bytes_that_are_no_text_are_rejected()
    {
        await File.WriteAllBytesAsync(
            Path.Combine(Shell.Folder, "people.csv"), [.. "user_name,given_name\nalice,"u8, 0xC3, 0x28, .. "\nbob,Bob\n"u8]);
        var result = await Shell.RunAsync("users", "import", "people.csv");

        Assert.That(result.Output, Is.EqualTo("Done: 1 imported, 0 there already, 1 rejected."), result.Error);
    }

    [TestCase("user_name,is_admin\nx,true\n", "Line 1: There is no column 'is_admin'")]
    [TestCase("email\nx@example.com\n", "Line 1: The column 'user_name' is missing.")]
    [TestCase("user_name,email,email\nx,y@example.com,z@example.com\n", "Line 1: The column 'email' is there twice.")]
    public async Task A_table_with_another_header_is_refused_as_a_whole(string table, string reason)
    {
        var result = await Shell.WithFile("people.csv", table).RunAsync("users", "import", "people.csv");

        Assert.That((result.ExitCode, result.Output), Is.EqualTo((1, "")));
        Assert.That(result.Error, Does.StartWith(reason));
    }

    [Test]
    public async Task The_same_file_again_does_nothing_when_all_of_it_was_imported()
    {
        Shell.WithFile("people.csv", "user_name\nalice\n");
        await Shell.RunAsync("users", "import", "people.csv");
        var again = await Shell.RunAsync("users", "import", "people.csv");

        Assert.That(
            (again.ExitCode, again.Output),
            Is.EqualTo((0, "This very file was imported before: 1 imported, 0 there already, 0 rejected. Nothing was done.")));
    }

    [Test]
    public async Task The_same_file_again_imports_what_was_rejected_once_the_cause_outside_of_it_is_mended()
    {
        Shell.WithFile(
            "people.csv",
            $"id,user_name,email,organization\n{Id},alice,alice@example.com,\n,bob,BOB@example.com,\n,carol,,\n,dave,"
                + "dave@example.com,acme\n");
        var first = await Shell.RunAsync("users", "import", "people.csv");
        var again = await Shell.RunAsync("users", "import", "people.csv");
        Assert.That((first.ExitCode, first.Output), Is.EqualTo((1, "Done: 3 imported, 0 there already, 1 rejected.")), first.Error);
        Assert.That(
            (again.ExitCode, again.Output.ReplaceLineEndings("\n")),
            Is.EqualTo(
                (1,
                    "This very file was imported before: 3 imported, 0 there already, 1 rejected. Its records are looked at again.\nDone: "
                        + "0 imported, 3 there already, 1 rejected.")),
            again.Error);
        Assert.That(
            await File.ReadAllLinesAsync(Path.Combine(Shell.Folder, "people.csv.rejects.csv")), Has.Length.EqualTo(2),
            "the header and the one");

        await using var context = NewContext();
        context.Add(new Organization { Id = "acme", Name = "Acme" });
        await context.SaveChangesAsync();
        var mended = await Shell.RunAsync("users", "import", "people.csv");
        Assert.That(mended.Output, Does.EndWith("Done: 1 imported, 3 there already, 0 rejected."), mended.Error);
        Assert.That(mended.ExitCode, Is.Zero);
        Assert.That(Shell.Has("people.csv.rejects.csv"), Is.False, "what it said is not so any more");
        Assert.That(
            await context.Users.Select(user => user.UserName).ToListAsync(), Is.EquivalentTo(["alice", "bob", "carol", "dave"]),
            "each once");
    }

    [Test]
    public async Task A_corrected_file_imports_what_was_rejected_and_leaves_the_others()
    {
        Shell.WithFile("people.csv", $"id,user_name,email\n{Id},alice,alice@example.com\n,bob,bob\n,carol,carol@example.com\n");
        await Shell.RunAsync("users", "import", "people.csv");
        Shell.WithFile("people.csv", $"id,user_name,email\n{Id},alice,alice@example.com\n,bob,bob@example.com\n,Carol,CAROL@example.com\n");
        var corrected = await Shell.RunAsync("users", "import", "people.csv");

        Assert.That(
            (corrected.ExitCode, corrected.Output), Is.EqualTo((0, "Done: 1 imported, 2 there already, 0 rejected.")), corrected.Error);
    }

    [Test]
    public async Task A_user_of_the_same_name_who_is_somebody_else_is_not_there_already()
    {
        await Shell.WithFile("one.csv", "user_name,email\nalice,alice@example.com\nbob,\n").RunAsync("users", "import", "one.csv");
        await using var context = NewContext();
        context.Add(new User { Id = Guid.CreateVersion7(), UserName = "carol", NormalizedUserName = "CAROL" });
        await context.SaveChangesAsync();
        var result = await Shell
            .WithFile("two.csv", "user_name,email\nalice,other@example.com\nbob,bob@example.com\ncarol,\ndave,\nDAVE,\n")
            .RunAsync("users", "import", "two.csv");

        Assert.That((result.ExitCode, result.Output), Is.EqualTo((1, "Done: 1 imported, 0 there already, 4 rejected.")), result.Error);
    }

    [TestCase("user_name;email;roles\nalice;alice@example.com;\nbob;;\"service,service\"\n")]
    [TestCase("user_name\temail\troles\nalice\talice@example.com\t\nbob\t\tservice;service\n")]
    [TestCase("sep=;\nuser_name;email;roles\nalice;alice@example.com;\nbob;;service\n")]
    [TestCase("\n\"user_name\";\"email\";\"roles\"\n\"alice\";\"alice@example.com\";\"\"\n\"bob\";;service\n")]
    public async Task Values_may_be_separated_by_semicolons_or_tabs(string table)
    {
        await using var context = NewContext();
        context.Add(new Role { Id = Guid.CreateVersion7(), Name = "service", NormalizedName = "SERVICE" });
        await context.SaveChangesAsync();
        var result = await Shell.WithFile("people.csv", table).RunAsync("users", "import", "people.csv");

        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "Done: 2 imported, 0 there already, 0 rejected.")), result.Error);
        Assert.That(
            ((await FindAsync(context, "ALICE")).Email, await context.UserRoles.CountAsync()), Is.EqualTo(("alice@example.com", 1)));
    }

    [Test]
    public async Task Phone_numbers_are_read_as_people_write_them_and_national_ones_with_their_country()
    {
        (string Typed, string? Stored)[] numbers =
        [
            ("+27761234500", "+27761234500"), ("0027 76 123-4501", "+27761234501"), ("+27 (0)76 123 4502", "+27761234502"),
            ("tel:+27-76-123-4503", "+27761234503"),
            ("+27/76/123/4504", "+27761234504"), ("076 123 4505", "+27761234505"), ("(076) 123 4506", "+27761234506"),
            ("\uff0b27761234507", "+27761234507"),
            ("00 41 79 123 45 08", "+41791234508"), ("12", null), ("+27 76 123 4509 ext. 3", null), ("call me", null),
        ];
        Shell.WithFile(
            "people.csv", "user_name,phone_number\n" + string.Concat(numbers.Select((number, i) => $"user-{i},{number.Typed}\n")));
        var without = await Shell.RunAsync("users", "import", "people.csv");
        var with = await Shell.RunAsync("users", "import", "people.csv", "--phone-region", "ZA");
        var wrong = await Shell.RunAsync("users", "import", "people.csv", "--phone-region", "Africa");

        Assert.That(without.Output, Is.EqualTo("Done: 7 imported, 0 there already, 5 rejected."), without.Error);
        Assert.That(with.Output, Does.EndWith("Done: 2 imported, 7 there already, 3 rejected."), with.Error);
        Assert.That((wrong.ExitCode, wrong.Output.Contains("Done", StringComparison.Ordinal)), Is.EqualTo((2, false)));
        Assert.That(
            await File.ReadAllTextAsync(Path.Combine(Shell.Folder, "people.csv.rejects.csv")),
            Does.Contain("name the country with --phone-region"));
        await using var context = NewContext();
        var stored = await context.Users.ToDictionaryAsync(user => user.UserName!, user => user.PhoneNumber);
        Assert.That(numbers.Select((_, i) => stored.GetValueOrDefault($"user-{i}")), Is.EqualTo(numbers.Select(number => number.Stored)));
    }

    [Test]
    public async Task Lines_are_counted_from_the_first_of_the_file()
    {
        await Shell
            .WithFile("people.csv", "\nsep=;\nuser_name;email\nalice;\nbob;bob\ncarol;a;b\n")
            .RunAsync("users", "import", "people.csv");
        var rejects = await File.ReadAllLinesAsync(Path.Combine(Shell.Folder, "people.csv.rejects.csv"));

        Assert.That(rejects.Skip(1).Select(line => line.Split(',')[0]), Is.EqualTo(["5", "6"]));
        Assert.That(
            rejects[2], Does.Contain("There are 3 fields where the header has 2. A value with a semicolon in it must be in quotes."));
    }

    [Test]
    public async Task Killed_in_the_middle_it_goes_on_where_it_was()
    {
        const int count = 20_000;
        const int everyWrong = 1000;
        Shell.WithFile(
            "people.csv",
            "user_name,email\n"
                + string.Concat(
                    Enumerable.Range(1, count).Select(i => $"user-{i},{(i % everyWrong == 0 ? "wrong" : $"user-{i}@example.com")}\n")));
        using (var killed = Shell.Start("users", "import", "people.csv"))
        {
            await using var watch = NewContext();

            // As soon as the first batch is there; a call that ends by itself ends the wait.
            await Eventually.GetAsync(async () => killed.HasExited || await watch.Users.AnyAsync(), ended => ended);

            killed.Kill();
            await killed.WaitForExitAsync();
        }

        await using var context = NewContext();
        var before = await context.Users.CountAsync();
        Assert.That(before, Is.InRange(1, count - 1), "it was killed in the middle");
        var result = await Shell.RunAsync("users", "import", "people.csv");
        var rejects = await File.ReadAllLinesAsync(Path.Combine(Shell.Folder, "people.csv.rejects.csv"));

        Assert.That(
            result.Output,
            Does.StartWith("Going on after ")
                .And.Contain($"Done: {count - (count / everyWrong)} imported, 0 there already, {count / everyWrong} rejected."),
            result.Error);
        Assert.That(await context.Users.CountAsync(), Is.EqualTo(count - (count / everyWrong)));
        Assert.That(
            rejects.Skip(1).Select(line => line.Split(',')[0]),
            Is.EqualTo(Enumerable.Range(1, count / everyWrong).Select(i => $"{(i * everyWrong) + 1}")), "each once");
    }

    [Test]
    public async Task Two_at_once_do_not_disturb_each_other()
    {
        Shell.WithFile("one.csv", "user_name\n" + string.Concat(Enumerable.Range(1, 3000).Select(i => $"user-{i}\n")));
        Shell.WithFile("two.csv", "user_name\n" + string.Concat(Enumerable.Range(2001, 3000).Select(i => $"user-{i}\n")));
        var results = await Task.WhenAll(Shell.RunAsync("users", "import", "one.csv"), Shell.RunAsync("users", "import", "two.csv"));
        await using var context = NewContext();

        Assert.That(
            results.Select(result => result.Output), Is.All.StartsWith("Done: "),
            string.Join('\n', results.Select(result => result.Error)));
        Assert.That(await context.Users.CountAsync(), Is.EqualTo(5000));
    }

    private static Task<User> FindAsync(HubDbContext context, string name) =>
        context.Users.AsNoTracking().SingleAsync(user => user.NormalizedUserName == name);

    private async Task ApplyAsync()
    {
        Shell
            .WithFile("config/a.yaml", "organizations: [{ id: acme, name: Acme }]\nroles: [{ name: clerk }]\n")
            .WithFile("data/hub.key", Convert.ToBase64String(new byte[32]));
        var applied = await Shell.RunAsync("config", "apply");
        Assert.That(applied.ExitCode, Is.Zero, applied.Error);
    }
}
