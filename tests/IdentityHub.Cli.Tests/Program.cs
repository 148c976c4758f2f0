using IdentityHub.Cli.Tests;

// The program of this assembly, where no test runner loads it: calls `hub` for tests.
HubWorker.Serve(Console.In, Console.Out);
