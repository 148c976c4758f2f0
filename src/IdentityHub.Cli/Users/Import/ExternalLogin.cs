using System.Text.Json;
using System.Text.Json.Serialization;
using IdentityHub.Storage.Users;

namespace IdentityHub.Cli.Users.Import;

/// <summary>A login of a user at another provider, as a file of users says it.</summary>
/// <param name="Provider">Name of the provider, e.g. <c>Google</c>.</param>
/// <param name="Subject">Who the user is there, as the provider says it.</param>
/// <param name="Name">What to show of it; null for none.</param>
internal sealed record ExternalLogin(
    string Provider, string Subject, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name)
{
    private const int MaxLogins = 50;
    private const string ProviderMember = "provider";
    private const string SubjectMember = "subject";
    private const string NameMember = "name";

    /// <summary>Reads those of a user, each once.</summary>
    /// <param name="json">An array of objects; null for none.</param>
    /// <param name="subjects">Subjects by the names of their providers, as a table has them.</param>
    /// <returns>The logins, or what is wrong, in a sentence.</returns>
    public static (IReadOnlyList<ExternalLogin> Logins, string? Fault) Read(
        string? json, IReadOnlyDictionary<string, IReadOnlyList<string>> subjects)
    {
        List<ExternalLogin> logins =
            [.. subjects.SelectMany(same => same.Value, (same, subject) => new ExternalLogin(same.Key, subject, Name: null))];
        if (json is not null && !TryAdd(json, logins))
            return (
                [], $"'{ImportColumns.ExternalLogins}' is an array of objects with the texts 'provider', 'subject' and 'name'.");
        if (logins.Count > MaxLogins)
            return ([], $"There are more than {MaxLogins} logins at other providers.");
        return logins.Exists(login => !login.IsPossible)
            ? ([], $"A login at another provider has a provider of 1 to {ExternalLoginRules.MaxProviderLength} characters, a subject of 1 "
                + $"to {ExternalLoginRules.MaxSubjectLength}, and a name of at most {ExternalLoginRules.MaxNameLength}.")
            : ([.. logins.DistinctBy(login => (login.Provider, login.Subject))], null);
    }

    private bool IsPossible =>
        Provider.Length is > 0 and <= ExternalLoginRules.MaxProviderLength
        && Subject.Length is > 0 and <= ExternalLoginRules.MaxSubjectLength
        && !(Name?.Length > ExternalLoginRules.MaxNameLength)
        && new[] { Provider, Subject, Name }.All(text => text?.Any(c => char.IsControl(c) || c == '\uFFFD') != true);

    private static bool TryAdd(string json, List<ExternalLogin> logins)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                return false;
            foreach (var item in document.RootElement.EnumerateArray())
            {
                if (Read(item) is not { } login)
                    return false;
                logins.Add(login);
            }

            return true;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static ExternalLogin? Read(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return null;
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in item.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            if (member.Name is not (ProviderMember or SubjectMember or NameMember) || member.Value.ValueKind != JsonValueKind.String
                || !texts.TryAdd(member.Name, member.Value.GetString()!))
                return null;
        }

        return texts.TryGetValue(ProviderMember, out var provider) && texts.TryGetValue(SubjectMember, out var subject)
            ? new(provider, subject, texts.GetValueOrDefault(NameMember) is { Length: > 0 } name ? name : null)
            : null;
    }
}
