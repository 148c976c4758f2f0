using BenchmarkDotNet.Running;
using IdentityHub.Benchmarks;
using IdentityHub.Benchmarks.Enumeration;
using IdentityHub.Benchmarks.LargestInputs;

// In this process: the project that BenchmarkDotNet would generate and build has no FrameworkReference to ASP.NET Core, so its
// restore asks for the packages which that framework contains, and not every feed has them.
if (args is ["enumeration", .. var rest])
    await EnumerationTiming.RunAsync(rest);
else if (args is ["largest-inputs", .. var options])
    await LargestInputs.RunAsync(options);
else if (args is ["expired-rows", .. var wanted])
    await ExpiredRowsRun.RunAsync(wanted);
else if (args is ["administration", .. var sizes])
    await AdministrationRun.RunAsync(sizes);
else
    BenchmarkSwitcher.FromAssembly(typeof(EnumerationTiming).Assembly).Run(["--inProcess", .. args]);
