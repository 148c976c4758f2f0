using System.Globalization;

namespace IdentityHub.Server.Ui.ControlRoom.Objects;

/// <summary>Calls a day as a small chart.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="First">Its first day.</param>
/// <param name="Calls">Of each day.</param>
internal sealed record DayChart(string Title, DateOnly First, IReadOnlyList<long> Calls)
{
    /// <summary>Days that it shows, today included.</summary>
    public const int Days = 90;

    public long Total => Calls.Sum();

    public long Most => Calls.Count == 0 ? 0 : Calls.Max();

    /// <summary>A column for each day.</summary>
    public IReadOnlyList<ChartColumn> Columns =>
    [
        .. Calls.Select((calls, index) =>
            new ChartColumn(First.AddDays(index).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), calls)),
    ];

    /// <summary>The chart of the last days.</summary>
    public static DayChart Of(string title, IEnumerable<(DateOnly Day, long Calls)> days, DateTimeOffset now)
    {
        var first = DateOnly.FromDateTime(now.UtcDateTime).AddDays(1 - Days);
        var calls = new long[Days];
        foreach (var (day, count) in days)
        {
            if (day.DayNumber - first.DayNumber is var index and >= 0 and < Days)
                calls[index] += count;
        }

        return new(title, first, calls);
    }

    /// <summary>The days of an object that has a list of them.</summary>
    public static IEnumerable<(DateOnly Day, long Calls)> DaysOf(ShownObject one) => one.Objects("days").Select(day =>
        (DateOnly.ParseExact(day.Text("day")!, "yyyy-MM-dd", CultureInfo.InvariantCulture), day.Number("calls")));
}
