namespace IdentityHub.ConfigAsCode;

/// <summary>Names of what the administration API made: files may refer to it without defining it.</summary>
/// <param name="Names">By section, e.g. <c>scopes</c>.</param>
/// <param name="NamedClaims">Claims that scopes and APIs among them bring.</param>
public sealed record MadeObjects(ILookup<string, string> Names, IReadOnlyList<string> NamedClaims)
{
    /// <summary>Nothing was made.</summary>
    public static MadeObjects None { get; } = new(Array.Empty<string>().ToLookup(name => name), []);

    /// <summary>True where nothing was made.</summary>
    public bool IsEmpty => Names.Count == 0;
}
