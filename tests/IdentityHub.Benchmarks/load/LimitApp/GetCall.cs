using System.Text;

namespace LimitApp;

/// <summary><c>GET /get</c>: a constant of 2,048 bytes of JSON. The limit of discovery and JWKS.</summary>
internal static class GetCall
{
    private const int AnswerLength = 2048;

    private static readonly byte[] Answer = Encoding.ASCII.GetBytes($$"""{"pad":"{{new string('x', AnswerLength - 10)}}"}""");

    public static Task HandleAsync(HttpContext context) => Json.WriteAsync(context, Answer);
}
