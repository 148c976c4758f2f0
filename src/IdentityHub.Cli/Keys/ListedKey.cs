using System.Text.Json;
using IdentityHub.Cli.Output;
using IdentityHub.Protocol.Jose;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Cli.Keys;

/// <summary>A published key as commands show it. Nothing in it is secret.</summary>
internal sealed record ListedKey(
    string Kid, string? Algorithm, KeyState State, DateTimeOffset PublishedSince, DateTimeOffset? SignsFrom, DateTimeOffset? SignsUntil,
    DateTimeOffset PublishedUntil)
{
    private const string Gap = "  ";
    private const string Indent = "    ";

    /// <summary>All keys, those of this installation first.</summary>
    public static IReadOnlyList<ListedKey> AllOf(PublishedKeys published, DateTimeOffset now) =>
        [.. published.Ring.Select(key => Of(key, published.Ring, now)), .. published.Imported.Select(Of)];

    /// <summary>A key of this installation.</summary>
    /// <param name="ring">All of them.</param>
    public static ListedKey Of(SigningKey key, IReadOnlyList<SigningKey> ring, DateTimeOffset now) => new(
        key.KeyId, key.Algorithm, SigningKeyLifeCycle.StateOf(key, ring, now), key.CreatedAt, key.NotBefore, key.SignUntil,
        key.PublishUntil);

    /// <summary>A key of another issuer.</summary>
    public static ListedKey Of(ImportedKey key)
    {
        var algorithm = JsonWebKey.TryParse(JsonElement.Parse(key.PublicKey), out var read, out _)
            ? read.Algorithm ?? read.KeyType
            : null;
        return new(key.KeyId, algorithm, KeyState.Imported, key.ImportedAt, null, null, key.PublishUntil);
    }

    /// <summary>Writes keys, one after the other.</summary>
    public static void Write(CommandOutput output, IReadOnlyList<ListedKey> keys)
    {
        if (output.IsJson)
        {
            output.WriteJson(keys);
            return;
        }

        var width = CommandOutput.FindWidth();
        foreach (var line in keys.SelectMany(key => FlowText.Of(key.Parts(), width, Gap, "", Indent)))
            output.WriteLine(line);
    }

    private IEnumerable<string> Parts()
    {
        yield return PlainText.Of(Kid);
        yield return Algorithm ?? "-";
        yield return JsonNamingPolicy.SnakeCaseLower.ConvertName(State.ToString());
        yield return $"published={CommandOutput.Time(PublishedSince)}/{CommandOutput.Time(PublishedUntil)}";
        if (SignsFrom is not null)
            yield return $"signs={CommandOutput.Time(SignsFrom)}/{CommandOutput.Time(SignsUntil)}";
    }
}
