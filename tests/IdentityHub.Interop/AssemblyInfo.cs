using IdentityHub.Testing;
using NUnit.Framework;

[assembly: Parallelizable(ParallelScope.All)]
[assembly: FixtureLifeCycle(LifeCycle.SingleInstance)]
[assembly: DropsDatabases]
