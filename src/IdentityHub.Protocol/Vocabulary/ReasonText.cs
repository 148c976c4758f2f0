using System.Collections.Frozen;
using System.ComponentModel;
using System.Reflection;

namespace IdentityHub.Protocol.Vocabulary;

/// <summary>What the catalogues say about a reason.</summary>
public static class ReasonText
{
    private static readonly Lazy<FrozenDictionary<string, string>> Refusals = new(() => SentencesOf(typeof(Reasons)));
    private static readonly Lazy<FrozenDictionary<string, string>> Ends = new(() => SentencesOf(typeof(SessionEndReasons)));

    /// <summary>Why a request is refused; null for a reason that is made of another side's status, such as <c>http_502</c>.</summary>
    public static string? Describe(string reason) => Refusals.Value.GetValueOrDefault(reason);

    /// <summary>Why a session or a refresh token has ended; null for a reason of another version.</summary>
    public static string? DescribeEnd(string reason) => Ends.Value.GetValueOrDefault(reason);

    private static FrozenDictionary<string, string> SentencesOf(Type catalogue) =>
        catalogue
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .ToFrozenDictionary(
                field => (string)field.GetRawConstantValue()!, field => field.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "",
                StringComparer.Ordinal);
}
