namespace IdentityHub.Server.Background.Service;

internal static partial class Log
{
    [LoggerMessage(
        1231, LogLevel.Information,
        "The certificate '{Name}' is {Subject}, valid until {NotAfter:u}. New connections get it. File: {File}")]
    public static partial void CertificateInUse(ILogger logger, string name, string subject, DateTime notAfter, string file);

    [LoggerMessage(
        1232, LogLevel.Error,
        "The certificate '{Name}' of {File} cannot be used; the one that was read before stays in use. {Fault} Put the certificate and its "
            + "key into place, then send SIGHUP.")]
    public static partial void CertificateRefused(ILogger logger, string name, string file, string fault);

    [LoggerMessage(1233, LogLevel.Information, "SIGHUP: certificates, configuration and keys were read again. Generation: {Generation}")]
    public static partial void Reloaded(ILogger logger, string generation);

    [LoggerMessage(1234, LogLevel.Error, "The configuration files have faults; what is in force stays in force.\n{Faults}")]
    public static partial void ConfigurationRefused(ILogger logger, string faults);

    [LoggerMessage(
        1235, LogLevel.Critical,
        "The certificate '{Name}' of {File} cannot be used, and there is none that was read before: clients refuse to connect. {Fault} Put "
            + "a good certificate and its key into place; no restart is needed.")]
    public static partial void CertificateRefusedAtStart(ILogger logger, string name, string file, string fault);

    /// <inheritdoc cref="Background.Log.Failed"/>
    public static void Failed(ILogger logger, Exception failure, bool databaseUnavailable) =>
        Background.Log.Failed(logger, failure, databaseUnavailable);
}
