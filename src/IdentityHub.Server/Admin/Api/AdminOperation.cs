using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Admin.Api;

/// <summary>Answers an operation.</summary>
internal delegate Task<Outcome<AdminAnswer>> AdminHandler(AdminRequest request);

/// <summary>
/// One operation of the administration API, declared: what it is, who may call it, what it takes and what it answers. The endpoint, its
/// checks and its documentation are made of it. Stands next to the endpoint as metadata.
/// </summary>
/// <param name="Method">The verb: GET reads, POST makes or starts something, PUT, PATCH and DELETE change an object.</param>
/// <param name="Path">Below <see cref="BasePath"/>, with its leading slash.</param>
/// <param name="Id">Unique over all endpoints, camel case: the name of the method in generated clients.</param>
/// <param name="Summary">A few words.</param>
internal sealed record AdminOperation(string Method, string Path, AdminArea Area, string Id, string Summary)
{
    /// <summary>What every path begins with.</summary>
    public const string BasePath = "/admin/api/v1";

    /// <summary>Sentences for the documentation.</summary>
    public string Text { get; init; } = "";

    /// <summary>
    /// One of <see cref="Permissions"/>, which a user must hold in the organization of the object; null for objects of the installation,
    /// for which a user must be its administrator.
    /// </summary>
    public required string? Permission { get; init; }

    /// <summary>What it does once the caller, the query and the body are checked.</summary>
    public required AdminHandler Handle { get; init; }

    /// <summary>Filters: parameters of the query. No other is taken.</summary>
    public IReadOnlyList<Field> Query { get; init; } = [];

    /// <summary>True for a list in pages: takes <c>limit</c> and <c>cursor</c>.</summary>
    public bool IsPaged { get; init; }

    /// <summary>The fields of the body; null for an operation without one.</summary>
    public IReadOnlyList<Field>? Body { get; init; }

    /// <summary>True where the rules of the configuration check the body: <see cref="Body"/> is its documentation only.</summary>
    public bool IsCheckedByRules { get; init; }

    /// <summary>True where the body may be left out.</summary>
    public bool IsBodyOptional { get; init; }

    /// <summary>Members of the answer.</summary>
    public IReadOnlyList<Field> Answer { get; init; } = [];

    /// <summary>The status of the good case.</summary>
    public int Success { get; init; } = StatusCodes.Status200OK;

    /// <summary>Under which name its calls are counted, those of requests and those of pages.</summary>
    public string CountedAs => $"{Method} {BasePath[1..]}{Path}";

    /// <summary>True for what changes something.</summary>
    public bool IsWrite => Method != "GET";

    /// <summary>True where <c>If-Match</c> is needed.</summary>
    public bool NeedsCondition => Method is "PUT" or "PATCH" or "DELETE";

    /// <summary>True for a merge patch (RFC 7396).</summary>
    public bool IsPatch => Method == "PATCH";

    /// <summary>Scopes that let a call through; one of them is enough.</summary>
    public IReadOnlyList<string> Scopes => AdministrationScopes.For(Area.Name, IsWrite);
}
