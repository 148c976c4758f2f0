namespace IdentityHub.Server.Hosting;

/// <summary>What lies below an exception.</summary>
internal static class Causes
{
    /// <summary>True where the exception, or one below it, is a <typeparamref name="T"/>.</summary>
    public static bool Has<T>(Exception failure)
        where T : Exception =>
        failure is T
        || (failure is AggregateException several && several.InnerExceptions.Any(Has<T>))
        || (failure.InnerException is { } inner && Has<T>(inner));
}
