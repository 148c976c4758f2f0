using System.CommandLine;

namespace IdentityHub.Cli.Audit;

/// <summary><c>hub audit</c>: reads the audit trail.</summary>
internal static class AuditCommands
{
    public static Command Create() =>
        new("audit", "The audit trail: what was issued, changed and refused.")
        {
            ChangesCommand.Create(), QueryCommand.Create(), TailCommand.Create(),
        };
}
