using Spectre.Console;
using Spectre.Console.Rendering;

namespace IdentityHub.Cli.Output;

/// <summary>A table for people. Cells are plain text: nothing in them is read as markup.</summary>
internal sealed class OutputTable
{
    private readonly Table _table = new() { Border = TableBorder.Simple };

    /// <param name="columns">Headings. One that begins with <c>!</c> is never broken into lines: ids, times, numbers.</param>
    public OutputTable(params string[] columns)
    {
        foreach (var heading in columns)
        {
            var column = new TableColumn(new Text(heading.TrimStart('!')));
            if (heading.StartsWith('!'))
                column.NoWrap();
            _table.AddColumn(column);
        }
    }

    /// <summary>How many rows there are.</summary>
    public int Count => _table.Rows.Count;

    /// <summary>Adds a row. A cell that is null or empty is shown as <c>-</c>.</summary>
    public OutputTable Add(params string?[] cells)
    {
        _table.AddRow(cells.Select(cell => new Text(string.IsNullOrEmpty(cell) ? "-" : PlainText.Of(cell))));
        return this;
    }

    internal IRenderable Rendered => _table;
}
