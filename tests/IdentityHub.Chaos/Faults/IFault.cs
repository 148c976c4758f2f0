namespace IdentityHub.Chaos.Faults;

/// <summary>Something that machines do to an installation.</summary>
internal interface IFault
{
    /// <summary>As <c>--only</c> takes it.</summary>
    string Name { get; }

    /// <summary>Why it cannot happen on this machine; null where it can.</summary>
    string? Missing => null;

    /// <summary>Lets it happen, and undoes it.</summary>
    /// <param name="time">How long it lasts, where it lasts.</param>
    Task HappenAsync(Cluster cluster, TimeSpan time);
}
