using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>
/// The versions that a resource may have: <c>If-Match</c>, and <c>version</c> of a bulk operation. RFC 7644 §3.14: weak ETags, and no
/// condition where there is none.
/// </summary>
internal sealed class VersionCondition
{
    private readonly string[]? _versions;

    private VersionCondition(string[]? versions) => _versions = versions;

    /// <summary>Any version.</summary>
    public static VersionCondition None { get; } = new(null);

    /// <summary>Reads the header.</summary>
    /// <param name="header">Null or empty: no condition.</param>
    public static VersionCondition Of(string? header) =>
        string.IsNullOrWhiteSpace(header)
            ? None
            : new VersionCondition([.. header.Split(',').Select(static version => Opaque(version.Trim()))]);

    /// <summary>The refusal where the resource has another version; null where it may be changed.</summary>
    /// <param name="version">Makes the version: not asked for where there is no condition.</param>
    public Refusal? RefusalOf(Func<string> version) =>
        _versions is null || _versions.Contains("*") || _versions.Contains(Opaque(version()))
            ? null
            : Refusal.Of(RefusalKind.Conflict, "The resource has another version than If-Match names.", Reasons.ScimVersion);

    /// <summary>True where <c>If-None-Match</c> names the version: the caller has it already.</summary>
    public bool Names(string version) => _versions is not null && (_versions.Contains("*") || _versions.Contains(Opaque(version)));

    /// <summary>True where the version must be known.</summary>
    public bool Asks => _versions is not null;

    // RFC 9110 §8.8.3.2: a weak comparison.
    private static string Opaque(string version) => version.StartsWith("W/", StringComparison.Ordinal) ? version[2..] : version;
}
