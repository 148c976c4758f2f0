using BenchmarkDotNet.Running;
using IdentityHub.Benchmarks.Enumeration;

// In this process: the project that BenchmarkDotNet would generate and build has no FrameworkReference to ASP.NET Core, so its
// restore asks for the packages which that framework contains, and not every feed has them.
if (args is ["enumeration", .. var rest])
    await EnumerationTiming.RunAsync(rest);
else
    BenchmarkSwitcher.FromAssembly(typeof(EnumerationTiming).Assembly).Run(["--inProcess", .. args]);
