using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace IdentityHub.Cli.Output;

/// <summary>
/// What a command writes to standard output: text and tables for people, or JSON with <see cref="OutputOptions.Json"/>. Faults go to
/// standard error and are not written here.
/// </summary>
internal sealed class CommandOutput(ParseResult parsed)
{
    private const int WidestTable = 200;
    private const int NarrowestTable = 40;

    private readonly TextWriter _writer = parsed.InvocationConfiguration.Output;

    /// <summary>True where the caller asked for JSON.</summary>
    public bool IsJson { get; } = parsed.GetResult(OutputOptions.Json) is not null && parsed.GetValue(OutputOptions.Json);

    /// <summary>Writes a line for people.</summary>
    public void WriteLine(string line) => _writer.WriteLine(line);

    /// <summary>
    /// Writes text for people in as many lines as the width asks for, broken between words, and inside a word that is longer than a line.
    /// </summary>
    /// <param name="indent">Blanks before the first line; the others have eight.</param>
    public void WriteWrapped(string text, int indent = 0)
    {
        foreach (var line in FlowText.OfWords(PlainText.Of(text), FindWidth(), new string(' ', indent), new string(' ', 8)))
            WriteLine(line);
    }

    /// <summary>Writes a label and its value for people, in as many lines as the width asks for; nothing where there is no value.</summary>
    /// <param name="labelWidth">The values of all labels begin here.</param>
    public void WriteField(string label, string? value, int labelWidth)
    {
        if (string.IsNullOrEmpty(value))
            return;
        foreach (var line in FlowText.OfSentence(PlainText.Of(value), FindWidth(), label.PadRight(labelWidth), new string(' ', labelWidth)))
            WriteLine(line);
    }

    /// <summary>Writes a table for people, without blanks at the ends of its lines.</summary>
    public void WriteTable(OutputTable table)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = FindWidth();
        console.Write(table.Rendered);
        foreach (var line in text.ToString().ReplaceLineEndings("\n").Trim('\n').Split('\n'))
            _writer.WriteLine(line.TrimEnd());
    }

    /// <summary>Writes one document.</summary>
    public void WriteJson<T>(T value) => _writer.WriteLine(JsonSerializer.Serialize(value, OutputJson.Indented));

    /// <summary>Writes one line of an answer that goes on (JSON Lines).</summary>
    public void WriteJsonLine<T>(T value)
    {
        _writer.WriteLine(JsonSerializer.Serialize(value, OutputJson.Line));
        _writer.Flush();
    }

    /// <summary>A moment as every command shows it: UTC, to the second; <c>-</c> for none.</summary>
    public static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>
    /// The variable COLUMNS, otherwise the width of the terminal, otherwise wide: what goes into a file or a pipe is searched by lines.
    /// </summary>
    public static int FindWidth()
    {
        var named = Environment.GetEnvironmentVariable("COLUMNS");
        if (int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var columns) && columns > 0)
            return Math.Clamp(columns, NarrowestTable, WidestTable);
        return Console.IsOutputRedirected ? WidestTable : Math.Clamp(Console.WindowWidth, NarrowestTable, WidestTable);
    }
}
