using System.Text.Json.Nodes;

namespace IdentityHub.ConfigAsCode;

/// <summary>An object of the configuration as it is applied.</summary>
/// <param name="Kind">One of <see cref="ConfigObjects.Kinds"/>.</param>
/// <param name="ETag">Tells this state of the object from every other, without quotes. RFC 9110 §8.8.3.</param>
/// <param name="UpdatedAt">Null for a dialect that was never set.</param>
public sealed record AppliedObject(string Kind, string Name, string ETag, ConfigDefinition Definition, DateTimeOffset? UpdatedAt)
{
    /// <summary>Every key as a body writes it. In place of a secret stands <c>stored:ID</c>, which a body may send back.</summary>
    public required JsonObject Form { get; init; }
}

/// <summary>Some objects of a kind.</summary>
/// <param name="Next">The name behind which there may be more; null where there are none.</param>
public sealed record ObjectPage(IReadOnlyList<AppliedObject> Objects, string? Next);
