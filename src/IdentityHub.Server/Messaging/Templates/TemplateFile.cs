namespace IdentityHub.Server.Messaging.Templates;

/// <summary>A template as it is written.</summary>
/// <param name="Id">Name of its files without their extension, e.g. <c>otp-email.de</c>.</param>
/// <param name="Variant">Its name, where the kind has several; null for the kind's own.</param>
/// <param name="Language">BCP 47, in lower case.</param>
/// <param name="File">Of the configuration folder, e.g. <c>templates/otp-email.de.txt</c>; null for one that comes with the server.</param>
/// <param name="Html">Null for none.</param>
internal sealed record TemplateFile(
    string Id, TemplateKind Kind, string? Variant, string Language, string? File, string Text, string? Html)
{
    /// <summary>Values that show what a message looks like. None is anybody's.</summary>
    public static IReadOnlyDictionary<string, string> Samples { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["code"] = "123456",
        ["minutes"] = "10",
        ["days"] = "7",
        ["client"] = "Example App",
        ["user"] = "alex",
        ["link"] = "https://login.example.com/x",
        ["host"] = "login.example.com",
        ["when"] = "2026-11-30 12:00 UTC",
        ["address"] = "203.0.113.7",
        ["device"] = "Firefox, Linux",
    };
}
