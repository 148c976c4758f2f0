namespace IdentityHub.ConfigAsCode;

/// <summary>One thing that is wrong in the configuration, and what would be right. Never holds a secret.</summary>
/// <param name="File">Name of the configuration directory and the path below it, with slashes: <c>config/clients.yaml</c>.</param>
/// <param name="Line">Counted from 1; 0 when the fault is the file or directory itself.</param>
/// <param name="Column">Counted from 1 in characters; 0 with <paramref name="Line"/> 0.</param>
/// <param name="Path">The way to the value, e.g. <c>clients[2].scope</c>, counted within the file; may be empty.</param>
/// <param name="Message">What is wrong and what would be right, without a full stop.</param>
public sealed record ConfigFault(string File, int Line, int Column, string Path, string Message)
{
    /// <summary>The way to the value as a JSON pointer from the root of the file, e.g. <c>/clients/2/scope</c>. RFC 6901.</summary>
    internal string Pointer { get; init; } = "";

    /// <summary>
    /// As editors and CI systems turn it into a link: <c>config/clients.yaml(12,5): clients[0].grant_typ: unknown key; …</c>
    /// </summary>
    public override string ToString()
    {
        var place = Line == 0 ? File : $"{File}({Line},{Column})";
        return Path.Length == 0 ? $"{place}: {Message}" : $"{place}: {Path}: {Message}";
    }
}
