using System.Text.Json;
using IdentityHub.Protocol;

namespace IdentityHub.Server.Http.Fields;

/// <summary>What a member of a JSON object may hold.</summary>
internal enum FieldType
{
    Text,

    /// <summary>An object of the members that <see cref="Field.Members"/> lists, and no others.</summary>
    Object,

    /// <summary>An object of whatever its owner likes; <see cref="Field.ElementFault"/> says how far that goes.</summary>
    OpenObject,

    Number,
    Flag,

    /// <summary>Any JSON; for the documentation only.</summary>
    Any,

    /// <summary>A list of texts, or of objects of <see cref="Field.Members"/>.</summary>
    List,
}

/// <summary>
/// One member of a JSON object (or one parameter of a form or a path): what it may hold, and what the documentation says of it. The one
/// place for both: an endpoint reads its body by these, and <c>/docs</c> shows them.
/// </summary>
internal sealed record Field(string Name, FieldType Type, string Description)
{
    public bool IsRequired { get; init; }

    /// <summary>Longest text in characters; null: the 8 KiB of every field.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Shortest text in characters.</summary>
    public int MinLength { get; init; } = 1;

    /// <summary>The most entries of a list.</summary>
    public int MaxItems { get; init; } = 100;

    /// <summary>True for prose: line breaks and tabs are no fault.</summary>
    public bool IsProse { get; init; }

    /// <summary>A format of OpenAPI, e.g. <c>uuid</c>; for the documentation only.</summary>
    public string? Format { get; init; }

    /// <summary>A regular expression (ECMA-262); for the documentation only.</summary>
    public string? Pattern { get; init; }

    /// <summary>A value as JSON.</summary>
    public string? Example { get; init; }

    /// <summary>True in an answer where <c>null</c> stands for none.</summary>
    public bool MayBeNull { get; init; }

    /// <summary>Why a text of the right length is refused, as the end of a sentence that begins with "it"; null when it is not.</summary>
    public Func<string, string?> TextFault { get; init; } = static _ => null;

    /// <summary>What is wrong inside an <see cref="FieldType.OpenObject"/>; the first argument is where it stands.</summary>
    public Func<string, JsonElement, IEnumerable<FieldFault>> ElementFault { get; init; } = static (_, _) => [];

    public IReadOnlyList<Field> Members { get; init; } = [];

    /// <summary>A text.</summary>
    public static Field Text(string name, string description) => new(name, FieldType.Text, description);
}
