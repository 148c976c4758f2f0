namespace IdentityHub.ConfigAsCode;

/// <summary>A secret that the server has made, to be shown once. <see cref="ToString"/> does not show it.</summary>
/// <param name="Pointer">Where the body asks for it: a JSON pointer such as <c>/client_secrets/0/value</c>. RFC 6901.</param>
/// <param name="Value">The secret itself. Never a log argument.</param>
public sealed record GeneratedSecret(string Pointer, string Value)
{
    /// <summary>Shows the place, never the secret.</summary>
    public override string ToString() => $"GeneratedSecret {{ Pointer = {Pointer} }}";
}

/// <summary>
/// How a body that was sent writes a secret: <c>generate:</c> for one that the server makes, <c>plain:VALUE</c>, a digest, or
/// <c>stored:ID</c> for one that the object has already. Neither the environment nor the files of the server are read: the sender of
/// the body would learn of them.
/// </summary>
/// <param name="make">Makes a secret.</param>
/// <param name="stored">The secrets of the object as it is stored, by their ids: a digest of 32 or 64 bytes, or a
/// <see cref="ClearSecret"/>.</param>
internal sealed class SentSecrets(Func<string> make, IReadOnlyDictionary<string, Func<object>> stored)
{
    /// <summary>What stands before the id of a secret that is stored.</summary>
    public const string Stored = "stored:";

    /// <summary>Asks for a secret that the server makes.</summary>
    public const string Generate = "generate:";

    private const int LeastOutsideDevelopment = 32;

    private readonly List<GeneratedSecret> _generated = [];

    /// <summary>The secrets that were made, in the order of the body.</summary>
    public IReadOnlyList<GeneratedSecret> Generated => _generated;

    /// <summary>True for the id of a secret that is stored.</summary>
    public static bool IsStored(string text) => text.StartsWith(Stored, StringComparison.Ordinal);

    /// <summary>The digest of a stored secret; null where it was refused.</summary>
    public object? DigestOf(ScalarNode scalar, ReadContext context) => Find(scalar, context) as byte[];

    /// <summary>The stored secret; null where it was refused.</summary>
    public object? ClearOf(ScalarNode scalar, ReadContext context) => Find(scalar, context) as ClearSecret;

    /// <summary>A secret in clear; null where it was refused.</summary>
    public string? Resolve(ScalarNode scalar, ReadContext context)
    {
        if (scalar.Text == Generate)
        {
            var made = make();
            _generated.Add(new(scalar.Pointer, made));
            return made;
        }

        var fault = FaultOf(scalar.Text, context.IsDevelopment);
        return fault is null ? scalar.Text[SecretSource.Plain.Length..] : (string?)context.Refuse(scalar, fault);
    }

    private static string? FaultOf(string text, bool isDevelopment)
    {
        if (text.StartsWith(SecretSource.Environment, StringComparison.Ordinal)
            || text.StartsWith(SecretSource.File, StringComparison.Ordinal))
            return "names a variable or a file of the server, which are for configuration files; send generate:, plain:VALUE or a digest";
        if (!text.StartsWith(SecretSource.Plain, StringComparison.Ordinal))
            return "must say what it is: generate:, plain:VALUE, sha256:BASE64, or stored:ID as the object shows it";

        var value = text.AsSpan(SecretSource.Plain.Length);
        if (value.IsEmpty)
            return "is empty behind plain:";
        if (value.ContainsAnyInRange('\0', '\x1F') || value.Contains('\x7F'))
            return "has a control character, which no client can send";
        if (value.Trim().Length < value.Length)
            return "has blanks around the secret; leave them out";
        return !isDevelopment && value.Length < LeastOutsideDevelopment
            ? $"has {value.Length} characters; a secret needs at least {LeastOutsideDevelopment} here: send generate:"
            : null;
    }

    private object? Find(ScalarNode scalar, ReadContext context) => stored.TryGetValue(scalar.Text[Stored.Length..], out var found)
        ? found()
        : context.Refuse(scalar, "is no secret that this object has; read the object again");
}
