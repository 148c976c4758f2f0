using System.Runtime.Versioning;
using IdentityHub.Testing;
using NUnit.Framework;

[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: FixtureLifeCycle(LifeCycle.SingleInstance)]
[assembly: DropsDatabases]
[assembly: SupportedOSPlatform("linux")]
