using System.Diagnostics.Metrics;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Tests.Support;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Nodes;

/// <summary>A clock that differs from that of the database is measured, and warned of.</summary>
[Spec("ASSURANCE", "F7")]
public class ClockOffsetTests
{
    [TestCase(8, @"Warning .* The clock of this node is [78]\.\d s ahead of that of the database")]
    [TestCase(-8, @"Warning .* The clock of this node is [89]\.\d s behind that of the database")]
    public async Task F7_A_node_whose_clock_differs_warns_with_the_figure(int seconds, string warning)
    {
        await using var installation = await Installation.CreateAsync("", DatabaseKind.Postgres);
        var node = await installation.StartNodeAsync(new ShiftedTime(TimeSpan.FromSeconds(seconds)));

        Assert.That(node.Logs.ToString(), Does.Match(warning));
        Assert.That(MeasureOf(node), Is.EqualTo(seconds).Within(1));
    }

    [TestCase(DatabaseKind.Postgres)]
    [TestCase(DatabaseKind.Sqlite)]
    public async Task F7_A_node_whose_clock_agrees_does_not(DatabaseKind kind)
    {
        await using var installation = await Installation.CreateAsync("", kind);
        var node = await installation.StartNodeAsync(TimeProvider.System);

        Assert.That(node.Logs.ToString(), Does.Not.Contain("The clock of this node"));
        Assert.That(MeasureOf(node), kind == DatabaseKind.Postgres ? Is.EqualTo(0).Within(1) : Is.NaN);
    }

    // What an exporter would see of this node: others of the same process have meters of the same name.
    private static double MeasureOf(Hub node)
    {
        var measured = new List<double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "identityhub.clock.offset")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => measured.Add(value));
        listener.Start();
        listener.RecordObservableInstruments();
        var offset = node.Services.GetRequiredService<HubMetrics>().ClockOffset;
        if (!double.IsNaN(offset))
            Assert.That(measured, Has.Member(offset));
        return offset;
    }
}
