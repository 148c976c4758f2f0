using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace IdentityHub.Interop.Support;

/// <summary>Compiles C# in memory, against the framework that the tests run on.</summary>
internal static class CSharpProgram
{
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly MetadataReference[] Framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The faults of several programs, each with the name of the program; all are read, none is run.</summary>
    public static IReadOnlyList<string> Check(IEnumerable<(string Name, string Source)> programs) =>
        [.. programs.AsParallel().SelectMany(program => Compilation(program.Source, OutputKind.ConsoleApplication).GetDiagnostics()
            .Where(fault => fault.Severity == DiagnosticSeverity.Error).Select(fault => $"{program.Name}: {fault}"))];

    /// <summary>Compiles a library.</summary>
    /// <exception cref="InvalidOperationException">It has faults; the message lists them.</exception>
    public static Assembly Load(string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary)
    {
        using var image = new MemoryStream();
        var emitted = Compilation(source, kind).Emit(image);
        if (!emitted.Success)
            throw new InvalidOperationException(string.Join(Environment.NewLine, emitted.Diagnostics.Take(20)));
        image.Position = 0;
        return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(image);
    }

    /// <summary>Runs a program to its end; what it throws comes out as it is.</summary>
    public static async Task RunAsync(string source)
    {
        var main = Load(source, OutputKind.ConsoleApplication).EntryPoint!.DeclaringType!
            .GetMethod("<Main>$", BindingFlags.NonPublic | BindingFlags.Static)!;
        await (Task)main.Invoke(null, [Array.Empty<string>()])!;
    }

    private static CSharpCompilation Compilation(string source, OutputKind kind) => CSharpCompilation.Create(
        $"generated-{Guid.NewGuid():N}",
        [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(source)],
        Framework,
        new CSharpCompilationOptions(kind));
}
