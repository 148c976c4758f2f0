namespace IdentityHub.ConfigAsCode;

/// <summary>What came of reading a directory: a document, or everything that is wrong with it.</summary>
/// <param name="Document">Null when there is any fault.</param>
/// <param name="Faults">In the order of files, lines and columns; empty when there is a document.</param>
/// <param name="Notes">What is no fault and was read in another form than it is written, such as a secret without the line break at the end
/// of its file. In the same order.</param>
public sealed record ConfigLoadResult(ConfigDocument? Document, IReadOnlyList<ConfigFault> Faults, IReadOnlyList<ConfigFault> Notes);
