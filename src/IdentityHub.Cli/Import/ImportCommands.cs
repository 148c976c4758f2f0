using System.CommandLine;
using IdentityHub.Cli.Import.Auth0;
using IdentityHub.Cli.Import.IdentityServer;
using IdentityHub.Cli.Import.Keycloak;

namespace IdentityHub.Cli.Import;

/// <summary><c>hub import</c>: brings the configuration and the users of another system along.</summary>
internal static class ImportCommands
{
    public static Command Create() => new("import", "Clients, scopes, APIs and users of another system, as files.")
    {
        IdentityServerCommand.Create(), KeycloakCommand.Create(), Auth0Command.Create(),
    };
}
