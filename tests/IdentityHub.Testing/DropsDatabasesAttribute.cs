using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace IdentityHub.Testing;

/// <summary>
/// Removes the databases that tests have shared, when the last test of the assembly has ended: on a server of the user's own they would
/// stay.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class DropsDatabasesAttribute : Attribute, ITestAction
{
    public ActionTargets Targets => ActionTargets.Suite;

    public void BeforeTest(ITest test)
    {
    }

    public void AfterTest(ITest test)
    {
        if (test.Parent is null)
            PostgresCopy.DropIdleAsync().GetAwaiter().GetResult();
    }
}
