namespace IdentityHub.Protocol.Scim;

/// <summary>What a value of an attribute is. RFC 7643 §2.3.</summary>
public enum ScimType
{
    /// <summary>Text.</summary>
    String,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A time, RFC 3339.</summary>
    DateTime,

    /// <summary>A URI.</summary>
    Reference,

    /// <summary>Sub-attributes.</summary>
    Complex,
}

/// <summary>Who may change an attribute, and when it is shown. RFC 7643 §2.2.</summary>
public enum AttributeMutability
{
    /// <summary>Anybody who may change the resource.</summary>
    ReadWrite,

    /// <summary>The server only.</summary>
    ReadOnly,

    /// <summary>Set once, when the resource or the value is made.</summary>
    Immutable,

    /// <summary>Never shown.</summary>
    WriteOnly,
}

/// <summary>An attribute of a schema. RFC 7643 §7.</summary>
/// <param name="Description">A sentence.</param>
public sealed record AttributeDefinition(string Name, ScimType Type, string Description)
{
    public bool IsMultiValued { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>True where values compare with regard to case.</summary>
    public bool IsCaseExact { get; init; }

    public AttributeMutability Mutability { get; init; }

    /// <summary><c>always</c>, <c>default</c> or <c>never</c>. RFC 7643 §7.</summary>
    public string Returned => Mutability == AttributeMutability.WriteOnly ? "never" : IsAlwaysReturned ? "always" : "default";

    /// <summary>True where no list of attributes leaves it out.</summary>
    public bool IsAlwaysReturned { get; init; }

    /// <summary>True where no other resource may have the value.</summary>
    public bool IsUnique { get; init; }

    /// <summary>Values that are stored; empty where any is.</summary>
    public IReadOnlyList<string> CanonicalValues { get; init; } = [];

    /// <summary>What a reference points at.</summary>
    public IReadOnlyList<string> ReferenceTypes { get; init; } = [];

    /// <summary>Of a complex attribute.</summary>
    public IReadOnlyList<AttributeDefinition> Subs { get; init; } = [];

    /// <summary>The sub-attribute of this name; null for none.</summary>
    public AttributeDefinition? Sub(string name) => Subs.FirstOrDefault(sub => sub.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A schema: the attributes that the hub stores, and the names of those that it takes and does not store.</summary>
/// <param name="Ignored">
/// Attributes of RFC 7643 that directories send by default. They are read and dropped, so that such a directory needs no mapping of its
/// own.
/// </param>
public sealed record ScimSchema(
    string Id, string Name, string Description, IReadOnlyList<AttributeDefinition> Attributes, IReadOnlySet<string> Ignored)
{
    /// <summary>Schemas whose attributes are read and dropped.</summary>
    public IReadOnlySet<string> IgnoredExtensions { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The attribute of this name, one of RFC 7643 §3.1 included; null for none.</summary>
    public AttributeDefinition? Find(string name) =>
        Attributes.Concat(CommonAttributes.All).FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Attributes that every resource has. RFC 7643 §3.1.</summary>
public static class CommonAttributes
{
    public static IReadOnlyList<AttributeDefinition> All { get; } =
    [
        new("schemas", ScimType.Reference, "The schemas of the resource.")
        {
            IsMultiValued = true, Mutability = AttributeMutability.ReadOnly, IsAlwaysReturned = true, IsCaseExact = true,
        },
        new("id", ScimType.String, "The id that the server has given.")
        {
            Mutability = AttributeMutability.ReadOnly, IsAlwaysReturned = true, IsCaseExact = true,
        },
        new("externalId", ScimType.String, "The id that the directory has given.") { IsCaseExact = true },
        new("meta", ScimType.Complex, "When and where the resource is.")
        {
            Mutability = AttributeMutability.ReadOnly,
            Subs =
            [
                new("resourceType", ScimType.String, "User or Group.") { Mutability = AttributeMutability.ReadOnly, IsCaseExact = true },
                new("created", ScimType.DateTime, "When it was made.") { Mutability = AttributeMutability.ReadOnly },
                new("lastModified", ScimType.DateTime, "When it was last changed.") { Mutability = AttributeMutability.ReadOnly },
                new("location", ScimType.Reference, "Where it is.") { Mutability = AttributeMutability.ReadOnly, IsCaseExact = true },
                new("version", ScimType.String, "Its weak ETag.") { Mutability = AttributeMutability.ReadOnly, IsCaseExact = true },
            ],
        },
    ];
}
