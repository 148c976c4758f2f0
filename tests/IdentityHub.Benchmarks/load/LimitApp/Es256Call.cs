namespace LimitApp;

/// <summary>
/// <c>POST /es256</c>: reads a form, answers an access token that was written by hand and signed once. The limit of
/// <c>client_credentials</c>.
/// </summary>
internal static class Es256Call
{
    private static readonly byte[] Name = "grant_type"u8.ToArray();

    private static ReadOnlySpan<byte> BeforeToken => "{\"access_token\":\""u8;

    private static ReadOnlySpan<byte> AfterToken => "\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"orders.read\"}"u8;

    public static async Task HandleAsync(HttpContext context)
    {
        if (await FormBody.ReadAsync(context, Name) is null)
            await Json.RefuseAsync(context, StatusCodes.Status400BadRequest);
        else
            await WriteTokenAsync(context);
    }

    private static Task WriteTokenAsync(HttpContext context)
    {
        Span<byte> answer = stackalloc byte[1024];
        BeforeToken.CopyTo(answer);
        var end = BeforeToken.Length;
        end += AccessToken.Write(answer[end..]);
        AfterToken.CopyTo(answer[end..]);
        return Json.WriteAsync(context, answer[..(end + AfterToken.Length)]);
    }
}
