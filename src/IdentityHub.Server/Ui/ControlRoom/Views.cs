namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>What one cell of a table, or one value of a page, shows.</summary>
/// <param name="Text">Null for nothing.</param>
internal sealed record Cell(string? Text)
{
    /// <summary>Where it leads; null for nowhere.</summary>
    public string? Href { get; init; }

    /// <summary>A time, which is shown in place of the text.</summary>
    public DateTimeOffset? Moment { get; init; }

    /// <summary>True for an id or a name of the configuration.</summary>
    public bool IsCode { get; init; }

    /// <summary>True for a state that stands out.</summary>
    public bool IsBadge { get; init; }

    /// <summary>The button of an action; null for none.</summary>
    public DoView? Do { get; init; }

    /// <summary>How deep it stands in a tree.</summary>
    public int Level { get; init; }

    /// <summary>A link.</summary>
    public static Cell To(string? text, string href) => new(text) { Href = href };

    /// <summary>An id.</summary>
    public static Cell Code(string? text) => new(text) { IsCode = true };

    /// <summary>A state that stands out; nothing for null.</summary>
    public static Cell Badge(string? text) => new(text) { IsBadge = true };

    /// <summary>A time.</summary>
    public static Cell At(DateTimeOffset? time) => new((string?)null) { Moment = time };

    /// <summary>An action.</summary>
    public static Cell Action(DoView? view) => new((string?)null) { Do = view };
}

/// <summary>The button of an action: a link to its form, or a form of its own where nothing is asked.</summary>
/// <param name="About">What it is about, for who does not see where the button stands; null for the page's object.</param>
internal sealed record DoView(ControlRoomPage Page, PageAction Action, string? Target = null, string? Tag = null, string? About = null);

/// <summary>A table with a link to more rows.</summary>
/// <param name="Id">Of the element, unique on the page.</param>
/// <param name="Caption">What it lists.</param>
/// <param name="Columns">Headings; an empty one for a column of buttons.</param>
/// <param name="Empty">What is said when there are no rows.</param>
/// <param name="NextUrl">The page with the next rows; null where there are no more.</param>
/// <param name="IsNextElsewhere">True where that is another page, which begins its list anew.</param>
internal sealed record TableView(
    string Id, string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows, string Empty,
    string? NextUrl = null, bool IsNextElsewhere = false);

/// <summary>A table of audit rows.</summary>
internal sealed record EventsView(string Id, ShownList Events, string? NextUrl);

/// <summary>One line of the values of an object.</summary>
internal sealed record FieldRow(string Label, Cell Value);

/// <summary>The form that narrows a table: with the script while one types, without it by its button.</summary>
/// <param name="TableId">Of the table.</param>
/// <param name="Action">Address of the page, without a query.</param>
internal sealed record FilterView(string TableId, string Action, IReadOnlyList<FormField> Fields);

/// <summary>Bars with numbers, the longest first.</summary>
/// <param name="Title">Null for none.</param>
/// <param name="Empty">What is said where there are none.</param>
/// <param name="Href">Where each leads: its name follows. Null for nowhere.</param>
internal sealed record BarsView(string? Title, IReadOnlyList<(string Name, long Count)> Bars, string Empty, string? Href);
