using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Http.Descriptions;

/// <summary>How a caller of an endpoint says who it is.</summary>
internal enum DescribedAccess
{
    Anybody,

    /// <summary><c>Authorization: Bearer</c>.</summary>
    Bearer,

    /// <summary><c>Authorization: Basic</c> with client_id and secret, or both in the body.</summary>
    Client,

    /// <summary>A tenant's API key as <c>Authorization: Basic</c> with an empty user name; or a token that the tenant has signed.</summary>
    Tenant,

    /// <summary>A login session's LSID as <c>Authorization: Bearer</c>, or an API key as <c>X-API-Key</c>.</summary>
    Session,
}

/// <summary>Whom an endpoint is for: each audience has a document of its own.</summary>
internal enum DescribedAudience
{
    /// <summary>Applications.</summary>
    Public,

    /// <summary>Administrators, and programs that act for them.</summary>
    Administration,
}

/// <summary>
/// What the documentation at <c>/docs</c> says of one verb of an endpoint. Stands next to the mapping, as metadata of the endpoint: an
/// endpoint that is not mapped is not documented, and one whose dialect is off is not shown.
/// </summary>
/// <param name="Method">The verb.</param>
/// <param name="Id">Unique over all endpoints, camel case: names of methods in generated clients.</param>
/// <param name="Tag">The heading under which it stands.</param>
/// <param name="Summary">A few words.</param>
internal sealed record EndpointDescription(string Method, string Id, string Tag, string Summary)
{
    /// <summary>Sentences, Markdown.</summary>
    public string Text { get; init; } = "";

    /// <summary>The dialect that must be on; null for the standard endpoint.</summary>
    public string? Dialect { get; init; }

    /// <summary>True where a browser is sent, with its cookies and its user: no program can make the call.</summary>
    public bool IsForBrowsers { get; init; }

    public DescribedAccess Access { get; init; }

    public DescribedAudience Audience { get; init; }

    /// <summary>How many calls are answered; null where it is not declared, which a test allows no endpoint of an older API.</summary>
    public EndpointLimit? Limit { get; init; }

    /// <summary>Parameters of the path, in the order of the route.</summary>
    public IReadOnlyList<Field> Path { get; init; } = [];

    /// <summary>Parameters of the query.</summary>
    public IReadOnlyList<Field> Query { get; init; } = [];

    /// <summary>Request headers in addition to <c>Authorization</c>.</summary>
    public IReadOnlyList<Field> Headers { get; init; } = [];

    /// <summary>Null for none.</summary>
    public DescribedBody? Body { get; init; }

    public IReadOnlyList<DescribedAnswer> Answers { get; init; } = [];
}

/// <summary>A request body.</summary>
/// <param name="MediaTypes">The first is the one to prefer.</param>
internal sealed record DescribedBody(IReadOnlyList<string> MediaTypes, IReadOnlyList<Field> Fields)
{
    private const string FormMediaType = "application/x-www-form-urlencoded";

    public bool IsRequired { get; init; } = true;

    /// <summary>True for a merge patch (RFC 7396): nothing is required, and <c>null</c> clears.</summary>
    public bool IsPatch { get; init; }

    /// <summary>True where a member that is not listed is refused.</summary>
    public bool IsClosed { get; init; }

    /// <summary>True for a form, false for JSON.</summary>
    public bool IsForm => MediaTypes[0] == FormMediaType;

    /// <summary>A whole body as JSON; null: made of the fields' own examples.</summary>
    public string? Example { get; init; }

    /// <summary>A JSON body.</summary>
    public static DescribedBody Json(IReadOnlyList<Field> fields) => new(["application/json"], fields);

    /// <summary>A JSON body that is held against its fields: a member that is not listed is refused.</summary>
    public static DescribedBody ClosedJson(IReadOnlyList<Field> fields) => Json(fields) with { IsClosed = true };

    /// <summary>A form.</summary>
    public static DescribedBody Form(params IReadOnlyList<Field> fields) => new([FormMediaType], fields);
}

/// <summary>One answer of an endpoint.</summary>
/// <param name="Text">What it says.</param>
internal sealed record DescribedAnswer(int Status, string Text)
{
    /// <summary>Of its body.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>Members of its JSON object; none for an answer without a body.</summary>
    public IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>Whole bodies as JSON, by name; none: made of the fields' own examples.</summary>
    public IReadOnlyList<(string Name, string Json)> Examples { get; init; } = [];

    /// <summary>Response headers that say something of their own.</summary>
    public IReadOnlyList<Field> Headers { get; init; } = [];
}

/// <summary>Puts descriptions next to mappings.</summary>
internal static class Describing
{
    /// <summary>Describes an endpoint: one description for each verb.</summary>
    public static IEndpointConventionBuilder Describe(
        this IEndpointConventionBuilder endpoint, params ReadOnlySpan<EndpointDescription> descriptions)
    {
        foreach (var description in descriptions)
            endpoint.WithMetadata(description);
        return endpoint;
    }
}
