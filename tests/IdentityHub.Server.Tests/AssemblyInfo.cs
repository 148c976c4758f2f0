using IdentityHub.Testing;
using NUnit.Framework;

[assembly: Parallelizable(ParallelScope.All)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[assembly: DropsDatabases]
[assembly: LevelOfParallelism(4)]
