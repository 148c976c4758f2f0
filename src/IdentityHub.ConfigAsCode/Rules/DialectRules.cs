using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.ConfigAsCode;

/// <summary>The older APIs of the installation.</summary>
internal static class DialectRules
{
    public static void Check(RuleContext context)
    {
        foreach (var name in DialectNames.All)
        {
            if (context.Document.Dialects.Find(name) is { Deprecation: { } from, Sunset: { } end } dialect && end < from)
                context.Refuse(dialect, "must not be earlier than deprecation", "sunset");
        }

        if (context.Document.Dialects.Lsid is not { } lsid)
            return;
        for (var i = 0; i < lsid.ResetPageUrls.Count; i++)
        {
            if (UriRules.FaultOfWebAddress(lsid.ResetPageUrls[i], context.IsDevelopment) is { } fault)
                context.Refuse(lsid, fault, "reset_page_urls", i);
        }
    }
}
