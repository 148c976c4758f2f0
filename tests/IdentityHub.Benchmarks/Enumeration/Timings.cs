using System.Globalization;
using System.Text;

namespace IdentityHub.Benchmarks.Enumeration;

/// <summary>What one endpoint took, in milliseconds, by state.</summary>
internal sealed class Timings
{
    private readonly Dictionary<string, List<double>> _byState = UserStates.Names.ToDictionary(state => state, _ => new List<double>());

    public void Add(string state, TimeSpan took) => _byState[state].Add(took.TotalMilliseconds);

    /// <summary>
    /// Medians, and the probability of superiority over <see cref="UserStates.Reference"/>: how often an answer of the state takes longer
    /// than one of the other, half of the ties counted. 0.5 tells nothing.
    /// </summary>
    public string Table(string endpoint)
    {
        var reference = _byState[UserStates.Reference];
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"{endpoint}: {reference.Count} samples a state, interleaved");
        table.AppendLine("| state | median ms | difference ms | p95 ms | P(longer than exists) |").AppendLine("|---|---|---|---|---|");
        foreach (var (state, times) in _byState)
        {
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {state} | {Quantile(times, 0.5):0.000} | {Quantile(times, 0.5) - Quantile(reference, 0.5):+0.000;-0.000;0} | "
                    + $"{Quantile(times, 0.95):0.000} | {Superiority(times, reference):0.000} |");
        }

        return table.ToString();
    }

    private static double Quantile(List<double> times, double at)
    {
        var sorted = times.Order().ToList();
        return sorted[(int)Math.Min(sorted.Count - 1, at * sorted.Count)];
    }

    // Mann and Whitney's U over the number of pairs, by ranks; ties share theirs.
    private static double Superiority(List<double> times, List<double> reference)
    {
        var all = times
            .Select(time => (time, isOurs: true))
            .Concat(reference.Select(time => (time, isOurs: false)))
            .OrderBy(one => one.time)
            .ToList();
        var ranks = 0.0;
        for (var i = 0; i < all.Count;)
        {
            var end = i;
            while (end < all.Count && all[end].time == all[i].time)
                end++;
            ranks += (i + 1 + end) / 2.0 * all.Skip(i).Take(end - i).Count(one => one.isOurs);
            i = end;
        }

        return (ranks - times.Count * (times.Count + 1) / 2.0) / ((double)times.Count * reference.Count);
    }
}
