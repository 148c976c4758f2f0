using System.Runtime.CompilerServices;
using IdentityHub.Testing;

namespace IdentityHub.ConfigAsCode.Tests;

/// <summary>A configuration directory of its own for one test, named <c>config</c>.</summary>
internal sealed class ConfigFolder : IDisposable
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"identityhub-config-{Guid.NewGuid():N}");

    public ConfigFolder() => Directory.CreateDirectory(DirectoryPath);

    public string DirectoryPath => Path.Combine(_root, "config");

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The repository's own <c>config/</c>.</summary>
    public static string Shipped([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "IdentityHub.sln")))
            folder = folder.Parent!;
        return Path.Combine(folder.FullName, "config");
    }

    public ConfigFolder With(string name, string text)
    {
        var path = Path.Combine(DirectoryPath, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    public ConfigLoadResult Load(string stage = ConfigContext.Development) => Load(DirectoryPath, stage);

    public ConfigLoadResult Load(string directory, string stage) =>
        ConfigLoader.Load(directory, new(stage, Environment.GetValueOrDefault, new FakeTime()));

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
