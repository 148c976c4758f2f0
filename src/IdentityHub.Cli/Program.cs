using IdentityHub.Cli;

return await HubCommand.RunAsync(args);
