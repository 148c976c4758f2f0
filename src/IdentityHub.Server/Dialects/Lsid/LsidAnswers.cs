using IdentityHub.Server.Http;

namespace IdentityHub.Server.Dialects.Lsid;

/// <summary>Answers that say nothing but that it is done.</summary>
internal static class LsidAnswers
{
    /// <summary>200 without a body.</summary>
    public static void WriteEmpty(HttpContext http)
    {
        OAuthResults.SetNoStore(http.Response);
        http.Response.ContentLength = 0;
    }
}
