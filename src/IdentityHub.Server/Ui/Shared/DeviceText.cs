namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// A <c>User-Agent</c> in words that its owner recognises. It is what a browser says of itself: nothing is decided by it.
/// </summary>
internal static class DeviceText
{
    // The first that is found counts: most browsers name others too.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg/", "Microsoft Edge"), ("EdgA/", "Microsoft Edge"), ("EdgiOS/", "Microsoft Edge"), ("OPR/", "Opera"), ("Vivaldi/", "Vivaldi"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("HeadlessChrome/", "Chrome"), ("Chromium/", "Chromium"),
        ("Chrome/", "Chrome"), ("Safari/", "Safari"),
        ("curl/", "curl"), ("okhttp/", "Android"), ("PostmanRuntime/", "Postman"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
        ("Macintosh", "macOS"), ("Linux", "Linux"),
    ];

    /// <summary>E.g. <c>Firefox on Windows</c>.</summary>
    public static string Describe(string? userAgent, Texts texts) => (Find(Browsers, userAgent), Find(Systems, userAgent)) switch
    {
        ({ } browser, { } system) => texts.With("device_text.both", ("browser", browser), ("system", system)),
        var (browser, system) => browser ?? system ?? texts["device_text.unknown"],
    };

    private static string? Find((string Mark, string Name)[] known, string? userAgent) =>
        known.Where(one => userAgent?.Contains(one.Mark, StringComparison.Ordinal) == true).Select(one => one.Name).FirstOrDefault();
}
