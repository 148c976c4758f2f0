using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>The files of the control room's look.</summary>
internal static class ControlRoomAssets
{
    /// <summary>The style sheet that is loaded after that of all pages.</summary>
    public static Asset Style { get; } = Asset.Embedded("/assets/control-room.css", "text/css; charset=utf-8", "control-room.css");

    /// <summary>htmx 2.0.11, BSD Zero Clause License: asks for parts of a page as its attributes say.</summary>
    public static Asset Script { get; } = Asset.Embedded("/assets/htmx.js", "text/javascript; charset=utf-8", "htmx.min.js");

    /// <summary>
    /// What the script may do: it evaluates nothing, adds no styles, runs no scripts of answers, asks this server only, and stores no page
    /// in the browser.
    /// </summary>
    public const string ScriptRules =
        """{"allowEval":false,"includeIndicatorStyles":false,"allowScriptTags":false,"selfRequestsOnly":true,"historyCacheSize":0,"refreshOnHistoryMiss":true}""";
}
