namespace IdentityHub.Testing;

/// <summary>One of the places where tests look for a PostgreSQL server.</summary>
/// <param name="HowToGet">What is missing, and what to do in order to have it: sentences for the developer whose tests find no
/// server.</param>
/// <param name="Find">The connection string of a database whose user may create databases; null where this machine has no such
/// server.</param>
public sealed record PostgresSource(string HowToGet, Func<string?> Find)
{
    /// <summary>
    /// The server of the first source that has one. A source that has one which does not start is not passed over: its exception is the
    /// answer.
    /// </summary>
    /// <exception cref="InvalidOperationException">None has one; says of each how to get it.</exception>
    public static string FindFirst(IReadOnlyList<PostgresSource> sources)
    {
        foreach (var source in sources)
        {
            if (source.Find() is { Length: > 0 } found)
                return found;
        }

        var ways = sources.Select((source, i) => $"{Environment.NewLine}  {i + 1}. {source.HowToGet}");
        throw new InvalidOperationException("There is no PostgreSQL for the tests. One of these is needed:" + string.Concat(ways));
    }
}
