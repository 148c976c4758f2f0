namespace LimitApp;

/// <summary><c>POST /hash</c>: one password hash in the bounded lane. The limit of the password grant.</summary>
internal sealed class HashCall(HashLane lane)
{
    private static readonly byte[] Name = "password"u8.ToArray();

    public async Task HandleAsync(HttpContext context)
    {
        var password = await FormBody.ReadAsync(context, Name);
        if (password is null)
        {
            await Json.RefuseAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        if (lane.TryHash(password) is not { } hashing)
        {
            await Json.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable);
            return;
        }

        await hashing;
        await Json.WriteAsync(context, """{"active":true}"""u8);
    }
}
