using BenchmarkDotNet.Running;

// In this process: the project that BenchmarkDotNet would generate and build has no FrameworkReference to ASP.NET Core, so its
// restore asks for the packages which that framework contains, and not every feed has them.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(["--inProcess", .. args]);
