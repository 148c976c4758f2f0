namespace IdentityHub.ConfigAsCode;

/// <summary>What came of reading a directory: a document, or everything that is wrong with it.</summary>
/// <param name="Document">Null when there is any fault.</param>
/// <param name="Faults">In the order of files, lines and columns; empty when there is a document.</param>
public sealed record ConfigLoadResult(ConfigDocument? Document, IReadOnlyList<ConfigFault> Faults);
