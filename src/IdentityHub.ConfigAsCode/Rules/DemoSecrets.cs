using System.Security.Cryptography;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace IdentityHub.ConfigAsCode;

/// <summary>A user of the configuration files that are shipped for trying out.</summary>
/// <param name="Password">It is publicly known.</param>
public sealed record DemoUser(Guid Id, string UserName, string? Email, string Password);

/// <summary>
/// The secrets of the configuration files that are shipped for trying out. They are publicly known, and production refuses them. They are
/// read from the files themselves, which are part of the program. ASSURANCE L8.
/// </summary>
public static class DemoSecrets
{
    private const string Resources = "demo/";
    private const string Plain = "plain:";
    private static readonly Lazy<(HashSet<string> Digests, List<DemoUser> Users)> Shipped = new(Read);

    /// <summary>The users, with their passwords.</summary>
    public static IReadOnlyList<DemoUser> Users => Shipped.Value.Users;

    /// <summary>True for the SHA-256 or the SHA-512 of a secret, key or password of the shipped files.</summary>
    public static bool Contains(ReadOnlySpan<byte> digest) => Shipped.Value.Digests.Contains(Convert.ToHexString(digest));

    /// <summary>True for a secret, key or password of the shipped files.</summary>
    public static bool Contains(string secret) => Contains(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static (HashSet<string> Digests, List<DemoUser> Users) Read()
    {
        var (digests, users) = (new HashSet<string>(StringComparer.Ordinal), new List<DemoUser>());
        var assembly = typeof(DemoSecrets).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Resources, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var yaml = new YamlStream();
            yaml.Load(reader);
            foreach (var node in yaml.Documents.SelectMany(document => document.AllNodes))
            {
                if (SecretOf(node) is { } secret && Encoding.UTF8.GetBytes(secret) is var utf8)
                    digests.UnionWith([Convert.ToHexString(SHA256.HashData(utf8)), Convert.ToHexString(SHA512.HashData(utf8))]);
                if (node is YamlMappingNode mapping && UserOf(mapping) is { } user)
                    users.Add(user);
            }
        }

        return (digests, users);
    }

    private static DemoUser? UserOf(YamlMappingNode node) =>
        TextOf(node, "id") is { } id
        && TextOf(node, "user_name") is { } name
        && node.Children.TryGetValue("password", out var password)
        && SecretOf(password) is { } secret
            ? new DemoUser(Guid.Parse(id), name, TextOf(node, "email"), secret)
            : null;

    private static string? SecretOf(YamlNode node) =>
        node is YamlScalarNode { Value: { } text } && text.StartsWith(Plain, StringComparison.Ordinal) ? text[Plain.Length..] : null;

    private static string? TextOf(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) ? (value as YamlScalarNode)?.Value : null;
}
