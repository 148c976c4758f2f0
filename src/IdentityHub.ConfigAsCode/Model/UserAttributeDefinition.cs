using System.ComponentModel;
using System.Text.Json.Serialization;
using IdentityHub.Storage.UserAttributes;

namespace IdentityHub.ConfigAsCode;

/// <summary>An attribute that users can have in addition to the built-in ones. Administrators may always read and write it.</summary>
[Description("An attribute that users can have in addition to the built-in ones. A claim of the source 'attribute' names it as its path.")]
public sealed record UserAttributeDefinition : ConfigDefinition
{
    [Description("Unique; the member of custom_data, and the column of an import.")]
    [Matches("^[a-z][a-z0-9_]{0,63}$", "1 to 64 of a-z 0-9 _, a letter first")]
    public required string Name { get; init; }

    [Description("What the account page calls it. Left out: its name.")]
    [Length(1, 128)]
    public string? DisplayName { get; init; }

    [Description("What its values are. date: 2026-11-30. enum: one of 'values'. integer: up to 16 digits, as JavaScript reads them.")]
    public required AttributeType Type { get; init; }

    [Description("The values of an enum.")]
    public IReadOnlyList<string> Values { get; set; } = [];

    [Description("True: a user can have several values, which have no order.")]
    public bool List { get; init; }

    [Description("Who reads it besides administrators.")]
    public IReadOnlyList<AttributeParty> ReadableBy { get; set; } = [];

    [Description("Who writes it besides administrators; they must be able to read it.")]
    public IReadOnlyList<AttributeParty> WritableBy { get; set; } = [];

    [Description("True: it cannot be taken away, and an import or a sign-up that can say it must.")]
    public bool Required { get; init; }

    [Description("True: no two users have the same value.")]
    public bool Unique { get; init; }

    [Description("True: hub users list --attribute finds users by it.")]
    public bool Searchable { get; init; }

    [Description("Longest value of a string in characters.")]
    [Range(1, UserAttributeValue.MaxValueLength)]
    public int MaxLength { get; set; } = UserAttributeValue.MaxValueLength / 2;
}

/// <summary>What the values of an attribute are.</summary>
[JsonConverter(typeof(SnakeCaseJsonConverter<AttributeType>))]
public enum AttributeType
{
    /// <summary>Text without control characters.</summary>
    String,

    /// <summary>A whole number that JavaScript represents exactly.</summary>
    Integer,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A day, ISO 8601: <c>2026-11-30</c>.</summary>
    Date,

    /// <summary>One of the values of the definition.</summary>
    Enum,
}

/// <summary>Who can be let read or write an attribute besides administrators.</summary>
[JsonConverter(typeof(SnakeCaseJsonConverter<AttributeParty>))]
public enum AttributeParty
{
    /// <summary>The user, at <c>/account</c>.</summary>
    User,

    /// <summary>The application that looks after a client account, in <c>custom_data</c>.</summary>
    Application,
}
