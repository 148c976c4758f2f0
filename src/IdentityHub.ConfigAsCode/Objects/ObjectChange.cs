using System.Text.Json;

namespace IdentityHub.ConfigAsCode;

/// <summary>What is done to one object of the configuration.</summary>
public enum ObjectVerb
{
    /// <summary>Makes an object of a name that no other has.</summary>
    Create,

    /// <summary>Gives an object every key anew; what is left out has its default.</summary>
    Replace,

    /// <summary>Changes the keys that are named. JSON merge patch, RFC 7396.</summary>
    Patch,

    /// <summary>Takes an object away that no other refers to.</summary>
    Delete,
}

/// <summary>One change of one object.</summary>
/// <param name="Kind">One of <see cref="ConfigObjects.Kinds"/>.</param>
/// <param name="Name">The object; null for one that is created under the name that its body says.</param>
/// <param name="Body">What was sent; null for a deletion.</param>
public sealed record ObjectChange(ObjectVerb Verb, string Kind, string? Name, JsonElement? Body)
{
    /// <summary>True for the <see cref="AppliedObject.ETag"/> of a state in which the object may be changed; null for any.</summary>
    public Func<string, bool>? Admits { get; init; }

    /// <summary>Makes the body from the object as it is, inside the transaction; null: <see cref="Body"/> is it.</summary>
    public Func<AppliedObject, JsonElement>? Revise { get; init; }

    /// <summary>What of the configuration the caller may see and do; null for all of it.</summary>
    public ObjectRights? Rights { get; init; }
}

/// <summary>What a caller may see and do. The organizations are those of the transaction.</summary>
/// <param name="Reaches">False for an object that is answered as one that does not exist.</param>
/// <param name="FaultOf">Why the object may not be made of the first into the second; null when it may. Either may be null, for a creation
/// and a deletion.</param>
public sealed record ObjectRights(
    Func<ConfigDefinition, OrganizationPaths, bool> Reaches,
    Func<ConfigDefinition?, ConfigDefinition?, OrganizationPaths, ObjectFault?> FaultOf)
{
    /// <summary>True where every object of every kind may be named to the caller.</summary>
    public bool SeesAll { get; init; }
}

/// <summary>What a change has done.</summary>
/// <param name="Before">Null for an object that was created.</param>
/// <param name="After">Null for an object that was deleted.</param>
/// <param name="Keys">What happened to each key; empty where nothing changed. Holds neither a secret nor a digest of one.</param>
/// <param name="Generated">Secrets that the server has made, to be shown once.</param>
/// <param name="Generation">Hash of the generation that is in force now, lower-case hex; null when nothing was ever applied.</param>
public sealed record ChangedObject(
    AppliedObject? Before, AppliedObject? After, IReadOnlyList<KeyChange> Keys, IReadOnlyList<GeneratedSecret> Generated,
    string? Generation);
