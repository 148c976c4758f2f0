using System.Text.Json.Nodes;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>
/// Something that a page does: an operation of the administration API. A link with <c>?do=NAME</c> opens its form on a page of its own; a
/// form on the page itself posts <c>do</c>. Its texts are <c>cr.do.NAME</c> (the button), and <c>cr.do.NAME.done</c> (when it is done).
/// </summary>
/// <param name="Name">Unique in the control room, in words with underscores.</param>
/// <param name="Operation">Id of the operation.</param>
internal sealed record PageAction(string Name, string Operation)
{
    /// <summary>
    /// True for what harms or cannot be undone: it has a page that asks once more, needs a login of the last five minutes, and its button
    /// looks so. The text of that page is <c>cr.do.NAME.ask</c>.
    /// </summary>
    public bool IsDangerous { get; init; }

    /// <summary>
    /// True for what lets somebody in, or gives more than before, and can be undone: it needs a login of the last five minutes too.
    /// </summary>
    public bool IsSensitive { get; init; }

    /// <summary>True where a login of the last five minutes is needed.</summary>
    public bool NeedsFreshLogin => IsDangerous || IsSensitive;

    /// <summary>Members of the operation's body that the form asks for.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>
    /// The value of the operation's path that says what of the object it is about, e.g. <c>session_id</c>; null for none.
    /// </summary>
    public string? Target { get; init; }

    /// <summary>Makes the body; null: of <see cref="Fields"/>. What it returns is checked as a request is.</summary>
    public Func<IFormCollection, JsonObject>? Body { get; init; }

    /// <summary>Where the browser goes when it is done; null: the page itself.</summary>
    public string? Next { get; init; }

    /// <summary>True where a page asks although nothing is to be typed.</summary>
    public bool IsAlwaysAsked { get; init; }

    /// <summary>Text of the button.</summary>
    public string TextKey => $"cr.do.{Name}";

    /// <summary>True where a page asks before it is done.</summary>
    public bool IsAsked => IsDangerous || IsAlwaysAsked || Fields.Count > 0;
}

/// <summary>A field of a form.</summary>
/// <param name="Name">The member of the body; also the id of the field.</param>
/// <param name="Label">What it is called.</param>
/// <param name="Kind">A type of <c>input</c>, or <c>select</c>, <c>textarea</c>, <c>checkbox</c>.</param>
/// <param name="Value">What stands in it; of a checkbox <c>true</c>.</param>
internal sealed record FormField(string Name, string Label, string Kind, string? Value)
{
    /// <summary>A sentence below it; null for none.</summary>
    public string? Hint { get; init; }

    public bool IsRequired { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>Lines of a <c>textarea</c>.</summary>
    public int Rows { get; init; } = 4;

    /// <summary>Choices of a <c>select</c>: value and text.</summary>
    public IReadOnlyList<(string Value, string Text)> Options { get; init; } = [];
}
