namespace IdentityHub.ConfigAsCode;

/// <summary>Why a change was refused; nothing was changed.</summary>
public enum ObjectRefusalKind
{
    /// <summary>There is no such object, or none that the caller may see.</summary>
    NotFound,

    /// <summary>An object of that name is there already.</summary>
    Exists,

    /// <summary>A configuration file owns the object.</summary>
    FileOwned,

    /// <summary>The object is in none of the states that were named.</summary>
    Stale,

    /// <summary>The body, or the object that it makes, has faults.</summary>
    Invalid,

    /// <summary>Other objects, or users, need the object as it is.</summary>
    InUse,

    /// <summary>The caller may not do this to an object that they see.</summary>
    Forbidden,

    /// <summary>Somebody else changed the same rows at the same moment: the same call may succeed now.</summary>
    Raced,
}

/// <summary>A refused change.</summary>
/// <param name="Detail">A public sentence.</param>
public sealed record ObjectRefusal(ObjectRefusalKind Kind, string Detail)
{
    /// <summary>What is wrong, with <see cref="ObjectRefusalKind.Invalid"/> and <see cref="ObjectRefusalKind.Forbidden"/>.</summary>
    public IReadOnlyList<ObjectFault> Faults { get; init; } = [];

    /// <summary>Where the file is, with <see cref="ObjectRefusalKind.FileOwned"/>.</summary>
    public ConfigSource? Source { get; init; }
}

/// <summary>One thing that is wrong in a body.</summary>
/// <param name="Pointer">The way to the value: a JSON pointer, empty for the whole body. RFC 6901.</param>
/// <param name="Message">What is wrong and what would be right, without a full stop.</param>
/// <param name="IsForbidden">True where the value is allowed and the caller may not set it.</param>
public sealed record ObjectFault(string Pointer, string Message, bool IsForbidden = false);

/// <summary>A change that was done, or why it was not.</summary>
public readonly record struct ObjectResult(ChangedObject? Changed, ObjectRefusal? Refusal)
{
    public static implicit operator ObjectResult(ChangedObject changed) => new(changed, null);

    public static implicit operator ObjectResult(ObjectRefusal refusal) => new(null, refusal);
}
