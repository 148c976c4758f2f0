using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

[Property("Spec", "contracts/open-endpoints.md codes")]
public partial class ReferralCodeTests
{
    // Names as nobody is called: any UTF-16 at all, lone halves of surrogate pairs and long ones included.
    private static readonly Gen<string> Names = Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
        Gen.Choose(0, 0xffff).Select(code => (char)code).ListOf().Select(list => string.Concat(list)),
        Gen.Elements("Bob", "bob", "BÖB", "李", "", "x", "O'Neil", "Ｂｏｂ", "ﷺ", new string('z', 300), "\ud800"));

    [Test]
    public void Every_candidate_of_every_name_has_the_shape_of_a_code() =>
        Always.Holds(Gen.Zip(Names, Names), name =>
        {
            var (first, last) = name;
            return ReferralCode
                .Candidates(first, last, Lowest)
                .Concat(ReferralCode.Candidates(first, last, Highest))
                .Concat(ReferralCode.Candidates(first, null, Lowest))
                .All(code => Shape().IsMatch(code) && ReferralCode.Normalize(code) == code);
        }, cases: 1_000);

    [Test]
    public void Candidates_of_one_name_differ_and_there_are_as_many_as_promised() =>
        Always.Holds(Gen.Zip(Names, Names), name =>
        {
            var draws = 0;
            var candidates = ReferralCode.Candidates(name.Item1, name.Item2, (least, _) => least + draws++).ToList();
            return candidates.Count == ReferralCode.MaxCandidates
                && candidates.Distinct(StringComparer.Ordinal).Count() == candidates.Count;
        }, cases: 1_000);

    [TestCase(64, "1", Description = "the name ends like its first number")]
    [TestCase(64, "11", Description = "the name, cut, ends like the next number")]
    [TestCase(63, "1")]
    [TestCase(3, "1", Description = "too short to be cut")]
    public void Candidates_of_a_name_with_digits_at_its_end_differ(int length, string end)
    {
        var name = new string('A', length - end.Length) + end;

        Assert.That(ReferralCode.Candidates(name, null, Lowest), Is.Unique.And.Exactly(ReferralCode.MaxCandidates).Items);
    }

    [Test]
    public void Everybody_of_a_crowd_gets_a_code_of_his_own() =>
        Always.Holds(Gen.Zip(Names, Names).NonEmptyListOf(), crowd =>
        {
            // Everybody twice over, so that names meet.
            var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            return crowd
                .Concat(crowd)
                .Concat(crowd)
                .All(name =>
                    ReferralCode
                        .Candidates(name.Item1, name.Item2, System.Security.Cryptography.RandomNumberGenerator.GetInt32)
                        .Any(taken.Add));
        });

    [Test]
    public void The_thousandth_of_a_name_is_found_in_a_few_tries()
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var tries = 0;
        for (var i = 0; i < 1_000; i++)
            tries = ReferralCode
                .Candidates("John", "Smith", System.Security.Cryptography.RandomNumberGenerator.GetInt32)
                .TakeWhile(code => !taken.Add(code))
                .Count();

        Assert.That(taken, Has.Count.EqualTo(1_000));
        Assert.That(tries, Is.LessThan(9));
    }

    [Test]
    public void What_is_no_code_is_normalized_to_none_and_a_code_to_upper_case() =>
        Always.Holds(
            Names,
            typed =>
                ReferralCode.Normalize(typed) is not { } code
                    ? !Loose().IsMatch(typed)
                    : Shape().IsMatch(code) && string.Equals(code, typed, StringComparison.OrdinalIgnoreCase) && Loose().IsMatch(typed),
            cases: 1_000);

    [TestCase("Bob", "Testerson", "BOBTESTERSON")]
    [TestCase("Zoë", "Müßig", "ZOEMUSSIG")]
    [TestCase("Łukasz", "Żółć", "LUKASZZOLC")]
    [TestCase("Юлия", "Щукина", "YULIYASHCHUKINA")]
    [TestCase("Ελένη", "Ωρίων", "ELENIORION")]
    [TestCase("Ｂｏｂ", "２", "BOB2")]
    [TestCase("Kelvin", null, "KELVIN")]
    [TestCase("\u212Aelvin", "", "KELVIN")]
    [TestCase("李", "小龍", "REF")]
    [TestCase("Li", null, "LIREF")]
    [TestCase("o'", "-_.", "OREF")]
    public void The_nicest_code_is_the_name(string first, string? last, string code) =>
        Assert.That(ReferralCode.Candidates(first, last, Lowest).First(), Is.EqualTo(code));

    [Test]
    public void A_long_name_leaves_room_for_the_number()
    {
        var candidates = ReferralCode.Candidates(new string('a', 100), null, Highest).ToList();

        Assert.That(candidates.Select(code => code.Length), Is.All.EqualTo(ReferralCode.MaxLength));
        Assert.That(candidates[1], Is.EqualTo(new string('A', 63) + "9"));
        Assert.That(candidates, Has.Some.EndsWith("A2147483646"));
    }

    [TestCase("Bob", null, "BOB BOB1 BOB10 BOB100")]
    [TestCase("Li", null, "LIREF LIREF1 LIREF10 LIREF100")]
    public void The_number_behind_a_name_grows_by_one_digit_each_time(string first, string? last, string codes) =>
        Assert.That(string.Join(' ', ReferralCode.Candidates(first, last, Lowest).Take(4)), Is.EqualTo(codes));

    [Test]
    public void A_code_that_was_offered_is_counted_up()
    {
        // BOB1 with the number 1 is BOB11, and so is BOB with the number 11.
        var candidates = ReferralCode.Candidates("BOB1", null, (least, _) => least).Take(3).ToList();

        Assert.That(candidates, Is.EqualTo(["BOB1", "BOB11", "BOB110"]));
        Assert.That(
            ReferralCode.Candidates("Bob", null, (_, _) => 5).Take(3), Is.EqualTo(["BOB", "BOB5", "BOB6"]),
            "the next number, not a lower one");
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("AB")]
    [TestCase("ABÇ")]
    [TestCase("KELV\u0131N")]
    [TestCase("\u212AELVIN")]
    [TestCase("ＡＢＣ")]
    [TestCase("AB C")]
    [TestCase("ABC\0")]
    [TestCase("ABC\n")]
    public void What_only_looks_like_a_code_is_none(string? typed) => Assert.That(ReferralCode.Normalize(typed), Is.Null);

    [TestCase("abc", "ABC")]
    [TestCase("Bob_Testerson-2", "BOB_TESTERSON-2")]
    public void Case_does_not_count(string typed, string code) => Assert.That(ReferralCode.Normalize(typed), Is.EqualTo(code));

    private static int Lowest(int least, int beyond) => least;

    private static int Highest(int least, int beyond) => beyond - 1;

    [GeneratedRegex(@"\A[A-Z0-9_-]{3,64}\z")]
    private static partial Regex Shape();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{3,64}\z")]
    private static partial Regex Loose();
}
