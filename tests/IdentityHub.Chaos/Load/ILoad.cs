namespace IdentityHub.Chaos.Load;

/// <summary>What one client of one API does, again and again.</summary>
internal interface ILoad
{
    /// <summary>Of the API.</summary>
    string Name { get; }

    /// <summary>Does it once. An answer that is lost, or says that the server cannot now, is no fault.</summary>
    Task StepAsync(LoadRun run);
}
