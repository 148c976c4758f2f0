using System.Collections.Frozen;
using System.ComponentModel;
using System.Reflection;
using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Cli.Explain;

/// <summary>What the catalogue says about a reason.</summary>
internal static class ReasonText
{
    private static readonly Lazy<FrozenDictionary<string, string>> Sentences = new(() =>
        typeof(Reasons)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .ToFrozenDictionary(
                field => (string)field.GetRawConstantValue()!, field => field.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "",
                StringComparer.Ordinal));

    /// <summary>The sentence of the catalogue; null for a reason that is made of another side's status, such as <c>http_502</c>.</summary>
    public static string? Describe(string reason) => Sentences.Value.GetValueOrDefault(reason);
}
