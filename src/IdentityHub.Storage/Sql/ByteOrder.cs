namespace IdentityHub.Storage.Sql;

/// <summary>How the SQL of a database compares text by its bytes.</summary>
/// <param name="Greater">Operator.</param>
/// <param name="GreaterOrEqual">Operator.</param>
/// <param name="Ascending">Follows the expression in an <c>ORDER BY</c>.</param>
public sealed record ByteOrder(string Greater, string GreaterOrEqual, string Ascending);
