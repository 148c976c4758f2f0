namespace IdentityHub.Server.Background;

internal static partial class Log
{
    [LoggerMessage(1201, LogLevel.Warning, "No configuration has been applied to this database yet: run 'hub config apply'.")]
    public static partial void NothingApplied(ILogger logger);

    [LoggerMessage(1203, LogLevel.Warning, "The database cannot be reached ({Failure}); what was loaded stays in force.")]
    public static partial void DatabaseUnavailable(ILogger logger, string failure);

    [LoggerMessage(1205, LogLevel.Error, "Background work failed; what was loaded stays in force, and it is tried again.")]
    public static partial void WorkFailed(ILogger logger, Exception failure);

    /// <summary>Says what went wrong in a loop that goes on.</summary>
    public static void Failed(ILogger logger, Exception failure, bool databaseUnavailable)
    {
        if (databaseUnavailable)
            DatabaseUnavailable(logger, failure.GetType().Name);
        else
            WorkFailed(logger, failure);
    }

    [LoggerMessage(1208, LogLevel.Warning, "{File} holds secrets, and every user of this machine may read it. Run: chmod 600 '{File}'")]
    public static partial void OpenToAll(ILogger logger, string file);

    [LoggerMessage(1209, LogLevel.Information, "The server listens on {Addresses}. Its issuer is {Issuer}, its stage {Stage}.")]
    public static partial void Listening(ILogger logger, string addresses, string issuer, string stage);

    [LoggerMessage(
        1210, LogLevel.Information,
        "The database is behind a connection pooler: statements are not prepared, and applied configuration is seen by a look every "
            + "ten seconds.")]
    public static partial void BehindPooler(ILogger logger);

    [LoggerMessage(
        1211, LogLevel.Warning,
        "The clock of this node is {Seconds:0.0} s {Direction} that of the database. Every node compares with the same clock: with one "
            + "that differs, codes and tokens expire too early or too late. Synchronize the clocks of the nodes and of the database, e.g. "
            + "with chrony.")]
    public static partial void ClockDiffers(ILogger logger, double seconds, string direction);

    [LoggerMessage(1212, LogLevel.Information, "The clock of this node agrees with that of the database again.")]
    public static partial void ClockAgrees(ILogger logger);

    [LoggerMessage(
        1216, LogLevel.Warning,
        "A newer version has migrated the database ({Migration} is not known here). This node works on it until the upgrade is over: "
            + "replace it with the newer version.")]
    public static partial void NewerDatabase(ILogger logger, string migration);

    [LoggerMessage(
        1214, LogLevel.Warning,
        "The clock of this machine was set {Direction} by {Seconds:0.0} s while the server ran. What was used stays used and what was "
            + "ended stays ended, but codes, sessions and tokens last as much longer or shorter. Synchronize the clock, e.g. with chrony.")]
    public static partial void ClockJumped(ILogger logger, double seconds, string direction);

    [LoggerMessage(
        1215, LogLevel.Warning,
        "{Count} message(s) were scheduled further ahead than any is: a clock was ahead when they were written. They are sent now.")]
    public static partial void MessagesDue(ILogger logger, int count);

    [LoggerMessage(
        1213, LogLevel.Warning,
        "{Count} object(s) of the database differ from the configuration files in {Folder}. 'hub config diff' shows them.")]
    public static partial void Drift(ILogger logger, int count, string folder);

    [LoggerMessage(1204, LogLevel.Error, "The configuration files have faults; the last good generation stays in force.\n{Faults}")]
    public static partial void ConfigurationRefused(ILogger logger, string faults);

    [LoggerMessage(1206, LogLevel.Warning, "{Kind}/{Name} is no longer in the configuration files and was deleted.")]
    public static partial void Deleted(ILogger logger, string kind, string name);

    [LoggerMessage(
        1207, LogLevel.Warning,
        "User {Name} is no longer in the configuration files and stays: files never delete users. 'enabled: false' in the files "
            + "refuses them.")]
    public static partial void UserKept(ILogger logger, string name);
}
