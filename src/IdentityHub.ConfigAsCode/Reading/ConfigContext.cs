namespace IdentityHub.ConfigAsCode;

/// <summary>What reading depends on in addition to the files.</summary>
/// <param name="Stage"><see cref="Development"/>, <see cref="Staging"/> or <see cref="Production"/>; setting
/// <c>IdentityHub:Stage</c>.</param>
/// <param name="Environment">An environment variable's value; null when it is not set.</param>
/// <param name="Time">Decides which secrets have expired.</param>
public sealed record ConfigContext(string Stage, Func<string, string?> Environment, TimeProvider Time)
{
    /// <summary>What the administration API made, which the files may refer to.</summary>
    public MadeObjects Made { get; init; } = MadeObjects.None;

    public const string Development = "development";
    public const string Staging = "staging";
    public const string Production = "production";
}
