using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace IdentityHub.ConfigAsCode;

/// <summary>Fetches a secret from where the configuration says it is. No message repeats a secret, or a line that may be one.</summary>
internal static partial class SecretSource
{
    internal const string Environment = "env:";
    internal const string File = "file:";
    internal const string Plain = "plain:";

    private const string NotSha256 =
        "must be sha256: and the base64 of 32 bytes (44 characters): printf %s \"$SECRET\" | openssl dgst -sha256 -binary | base64";
    private const string NotSha512 =
        "must be sha512: and the base64 of 64 bytes (88 characters): printf %s \"$SECRET\" | openssl dgst -sha512 -binary | base64 -w0";

    /// <summary>Largest secret file, in bytes.</summary>
    private const int MaxFileBytes = 64 * 1024;

    /// <summary>The secret in clear; null when it was refused.</summary>
    public static string? Resolve(ScalarNode scalar, ReadContext context)
    {
        var text = scalar.Text;
        if (context.Sent is { } sent)
            return sent.Resolve(scalar, context);
        if (text.StartsWith(Environment, StringComparison.Ordinal))
            return FromEnvironment(text[Environment.Length..], scalar, context);
        if (text.StartsWith(File, StringComparison.Ordinal))
            return FromFile(text[File.Length..], scalar, context);
        if (text.StartsWith(Plain, StringComparison.Ordinal))
            return FromPlain(text[Plain.Length..], scalar, context);
        return Refuse(
            scalar, context,
            HintOf(text) ?? "must say where the secret comes from: env:NAME, file:PATH, sha256:BASE64, or plain:VALUE in Development");
    }

    /// <summary>The bytes behind <c>sha256:</c> or <c>sha512:</c>, base64 or hexadecimal; null when they were refused.</summary>
    /// <param name="takesSha512">False: SHA-256 only.</param>
    public static byte[]? ReadDigest(ScalarNode scalar, ReadContext context, bool takesSha512)
    {
        var isLong = scalar.Text.StartsWith(DigestNotation.Sha512, StringComparison.Ordinal);
        var digest = Decoded(scalar.Text[DigestNotation.Sha256.Length..]);
        if (isLong && !takesSha512)
            context.Refuse(scalar, "is a SHA-512; this secret is found by its SHA-256: sha256:BASE64, env:NAME or file:PATH");
        else if (digest?.Length == (isLong ? SHA512.HashSizeInBytes : SHA256.HashSizeInBytes))
            return digest;
        else if (digest is not null && takesSha512)
            context.Refuse(
                scalar,
                isLong
                    ? "holds 32 bytes behind sha512:, which is a SHA-256: write sha256:"
                    : "holds 64 bytes behind sha256:, which is a SHA-512: write sha512:");
        else
            context.Refuse(scalar, isLong ? NotSha512 : NotSha256);
        return null;
    }

    // IdentityServer stores digests without saying so.
    private static string? HintOf(string text) => Decoded(text)?.Length switch
    {
        SHA256.HashSizeInBytes =>
            "looks like a SHA-256 without its prefix: if it is one, write sha256: before it; a secret itself comes from env:NAME "
                + "or file:PATH",
        SHA512.HashSizeInBytes =>
            "looks like a SHA-512 without its prefix: if it is one, write sha512: before it; a secret itself comes from env:NAME "
                + "or file:PATH",
        _ => null,
    };

    // 32 or 64 bytes; null for anything else.
    private static byte[]? Decoded(string text)
    {
        if (text.Length is 2 * SHA256.HashSizeInBytes or 2 * SHA512.HashSizeInBytes && text.All(char.IsAsciiHexDigit))
            return Convert.FromHexString(text);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length is SHA256.HashSizeInBytes or SHA512.HashSizeInBytes
            ? bytes[..length]
            : null;
    }

    private static string? FromEnvironment(string name, ScalarNode scalar, ReadContext context)
    {
        if (!VariableName().IsMatch(name))
            return Refuse(scalar, context, "must name an environment variable behind env: with letters, digits and _");
        return context.Config.Environment(name) is { Length: > 0 } value
            ? Trim(value, scalar, context, $"the environment variable {name}")
            : Refuse(scalar, context, $"the environment variable {name} is not set; set it for the server and for hub");
    }

    private static string? FromFile(string path, ScalarNode scalar, ReadContext context)
    {
        try
        {
            var info = new FileInfo(Path.Combine(context.Directory, path));
            if (!info.Exists)
                return Refuse(scalar, context, "the file does not exist; paths begin at the configuration directory");
            if (info.Length > MaxFileBytes)
                return Refuse(scalar, context, $"the file is larger than {MaxFileBytes} bytes, which is no secret");

            return Decode(System.IO.File.ReadAllBytes(info.FullName)) is { } value
                ? Trim(value, scalar, context, "the file")
                : Refuse(scalar, context, "the file is neither UTF-8 nor UTF-16 text");
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Refuse(scalar, context, "the file cannot be read as UTF-8 text; check its path and its permissions");
        }
    }

    // Byte order marks say what a file is; Windows' editors and shells write UTF-16 with one.
    private static string? Decode(byte[] bytes)
    {
        Encoding encoding = bytes switch
        {
            [0xFF, 0xFE, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
            [0xFE, 0xFF, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
            _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true),
        };
        try
        {
            var text = encoding.GetString(bytes);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // Editors, `echo` and here-documents add blanks and a line break around a secret. They are not part of it. A line break in the middle
    // is a fault.
    private static string? Trim(string text, ScalarNode scalar, ReadContext context, string source)
    {
        var value = text.Trim();
        if (value.Length == 0)
            return Refuse(scalar, context, $"{source} is empty");
        if (value.AsSpan().IndexOfAny("\r\n") >= 0)
            return Refuse(scalar, context, $"{source} has more than one line: a secret is one line");
        if (value.Any(char.IsControl))
            return Refuse(scalar, context, $"{source} has a control character, which no client can send");
        if (value.Length < text.Length)
            context.Faults.AddNote(
                scalar, $"{source} has blanks or a line break around the secret; they were cut off and are no part of it");
        return value;
    }

    private static string? FromPlain(string value, ScalarNode scalar, ReadContext context)
    {
        if (!context.IsDevelopment)
            return Refuse(scalar, context,
                $"plain: is for Development only (this is {context.Config.Stage}); use env:NAME, file:PATH or sha256:BASE64");
        return value.Length > 0 ? value : Refuse(scalar, context, "is empty behind plain:");
    }

    private static string? Refuse(ScalarNode scalar, ReadContext context, string message) => (string?)context.Refuse(scalar, message);

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariableName();
}
