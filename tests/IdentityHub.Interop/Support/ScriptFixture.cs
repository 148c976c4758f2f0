using IdentityHub.Testing;
using NUnit.Framework;

namespace IdentityHub.Interop.Support;

/// <summary>Tests that are scripts; every suite that derives from it runs on both databases.</summary>
[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public abstract class ScriptFixture(DatabaseKind kind)
{
    /// <summary>https://github.com/panva/openid-client, certified.</summary>
    protected const string OpenIdClient = "openid-client";

    /// <summary>https://github.com/panva/oauth4webapi, certified.</summary>
    protected const string OAuth4WebApi = "oauth4webapi";

    /// <summary>Runs <c>node/LIBRARY/SCRIPT.mjs</c>; the test fails with what it says.</summary>
    protected async Task RunAsync(string library, string script, params string[] arguments) =>
        await NodeScript.RunAsync($"{library}/{script}.mjs", await Servers.GetAsync(kind), arguments);
}
