using NUnit.Framework;

namespace IdentityHub.Testing;

/// <summary>
/// Ties a test to the clause that it checks: <c>[Spec("RFC 6749", "4.1.2")]</c>; shows in the results as the property <c>Spec</c>.
/// </summary>
/// <param name="document">The document as it is cited, e.g. <c>RFC 6749</c>, <c>OpenID Connect Core</c>, <c>ASSURANCE</c>.</param>
/// <param name="clause">Section or statement, e.g. <c>4.1.2</c>, <c>R3</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class SpecAttribute(string document, string clause) : PropertyAttribute("Spec", $"{document} {clause}")
{
    public string Document { get; } = document;

    public string Clause { get; } = clause;
}
