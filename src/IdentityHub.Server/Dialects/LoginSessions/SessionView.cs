using System.Globalization;
using System.Text.Json;
using IdentityHub.Server.Http;
using IdentityHub.Storage.Sessions;

namespace IdentityHub.Server.Dialects.LoginSessions;

/// <summary>A session as it is shown. contracts/lsid-sessions.md, frozen: members, order, and times to the second.</summary>
internal static class SessionView
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Writes a session under the id that the caller sent: its LSID, or the public id.</summary>
    public static Task WriteAsync(HttpContext http, StoredLoginSession session, string id, int status = StatusCodes.Status200OK) =>
        OAuthResults.WriteAsync(http, status, (session, id), static (json, shown) => Write(json, shown.session, shown.id));

    /// <summary>Writes a session that was just started, under its LSID, which cannot be read again later.</summary>
    public static Task WriteAsync(HttpContext http, LsidSession started, int status) =>
        WriteAsync(http, started.Session, started.Lsid, status);

    /// <summary>A time as the dialect writes it: UTC, to the second.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, StoredLoginSession session, string id)
    {
        json.WriteString("sessionId"u8, id);
        json.WriteString("userId"u8, session.UserId);
        json.WriteString("username"u8, session.UserName);
        json.WriteString("orgId"u8, session.HomeOrganizationId);
        json.WriteString("effectiveUserId"u8, session.EffectiveUserId);
        json.WriteString("effectiveOrgId"u8, session.EffectiveOrganizationId);
        json.WriteBoolean("assumedIdentity"u8, session.IsAssumed);
        WriteTime(json, "createdAt"u8, session.CreatedAt);
        WriteTime(json, "lastSeenAt"u8, session.LastSeenAt);
        WriteTime(json, "expiresAt"u8, session.ExpiresAt);
        json.WriteString("ipAddress"u8, session.IpAddress);
        json.WriteString("userAgent"u8, session.UserAgent);
        if (session.ParentId is { } parent)
            json.WriteString("clonedFrom"u8, parent);
        else
            json.WriteNull("clonedFrom"u8);
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[20];
        time.UtcDateTime.TryFormat(text, out var length, TimeFormat, CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }
}
