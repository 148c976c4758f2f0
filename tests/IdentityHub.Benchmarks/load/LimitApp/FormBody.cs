using System.Buffers;
using System.IO.Pipelines;

namespace LimitApp;

/// <summary>Reads an <c>application/x-www-form-urlencoded</c> body straight from Kestrel's pipe.</summary>
internal static class FormBody
{
    /// <summary>
    /// The raw value of <paramref name="name"/>, or null. Not percent-decoded: the load scripts send unreserved
    /// characters only in the values that are looked at here.
    /// </summary>
    public static async ValueTask<byte[]?> ReadAsync(HttpContext context, ReadOnlyMemory<byte> name)
    {
        var read = await ReadAllAsync(context);
        var value = read.Buffer.IsSingleSegment
            ? Find(read.Buffer.FirstSpan, name.Span)
            : Find(read.Buffer.ToArray(), name.Span);
        context.Request.BodyReader.AdvanceTo(read.Buffer.End);
        return value;
    }

    /// <summary>Reads the body, a form or JSON, without looking at it; false when it is empty.</summary>
    public static async ValueTask<bool> SkipAsync(HttpContext context)
    {
        var read = await ReadAllAsync(context);
        var isEmpty = read.Buffer.IsEmpty;
        context.Request.BodyReader.AdvanceTo(read.Buffer.End);
        return !isEmpty;
    }

    private static async ValueTask<ReadResult> ReadAllAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        var read = await reader.ReadAsync(context.RequestAborted);
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync(context.RequestAborted);
        }

        return read;
    }

    private static byte[]? Find(ReadOnlySpan<byte> form, ReadOnlySpan<byte> name)
    {
        foreach (var range in form.Split((byte)'&'))
        {
            var pair = form[range];
            var equals = pair.IndexOf((byte)'=');
            if (equals >= 0 && pair[..equals].SequenceEqual(name))
                return pair[(equals + 1)..].ToArray();
        }

        return null;
    }
}
