using System.Diagnostics.CodeAnalysis;

namespace IdentityHub.Protocol;

/// <summary>A value or a refusal. Refusals are values; exceptions are bugs or broken infrastructure.</summary>
/// <typeparam name="T">What the good case carries.</typeparam>
public readonly struct Outcome<T>
    where T : notnull
{
    private Outcome(T? value, Refusal? error)
    {
        Value = value;
        Error = error;
    }

    /// <summary>The good case; null, or the default of a struct, when refused.</summary>
    public T? Value { get; }

    /// <summary>The refusal; null in the good case.</summary>
    public Refusal? Error { get; }

    /// <summary>True in the good case.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;

    internal static Outcome<T> Good(T value) => new(value, null);

    [SuppressMessage("Usage", "CA2225", Justification = "The operators are the way in.")]
    public static implicit operator Outcome<T>(T value) => new(value, null);

    [SuppressMessage("Usage", "CA2225", Justification = "The operators are the way in.")]
    public static implicit operator Outcome<T>(Refusal error) => new(default, error);
}

/// <summary>Makes good outcomes of interface types, which an implicit conversion cannot.</summary>
public static class Outcome
{
    public static Outcome<T> Of<T>(T value)
        where T : notnull => Outcome<T>.Good(value);
}
