namespace LimitApp;

/// <summary><c>POST /form</c>: reads a form, answers 150 bytes of JSON. What HTTP alone costs.</summary>
internal static class FormCall
{
    private static readonly byte[] Name = "grant_type"u8.ToArray();

    private static readonly byte[] Answer =
        """{"access_token":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd","token_type":"Bearer","expires_in":3600,"scope":"orders.read","pad":""}"""u8.ToArray();

    public static async Task HandleAsync(HttpContext context)
    {
        if (await FormBody.ReadAsync(context, Name) is null)
            await Json.RefuseAsync(context, StatusCodes.Status400BadRequest);
        else
            await Json.WriteAsync(context, Answer);
    }
}
