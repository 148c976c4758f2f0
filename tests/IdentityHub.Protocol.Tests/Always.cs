using FsCheck;
using FsCheck.Fluent;

namespace IdentityHub.Protocol.Tests;

/// <summary>States that something holds for every generated value; a failure names the smallest one found.</summary>
internal static class Always
{
    public static void Holds<T>(Func<T, bool> property, int cases = 300) => Holds(ArbMap.Default.ArbFor<T>(), property, cases);

    public static void Holds<T>(Gen<T> values, Func<T, bool> property, int cases = 300) => Holds(values.ToArbitrary(), property, cases);

    private static void Holds<T>(Arbitrary<T> values, Func<T, bool> property, int cases) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(cases), Prop.ForAll(values, property));
}
